"""A physician settles findings: corrects, deletes, or answers for them.

What changes the letter adds a version, so going back works as ever; what doesn't is kept with the
version. Ownership is checked where conversations are read and written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.accounts import Clock, User, now
from assistant.check import Finding
from assistant.conversation import Conversation, How, NewVersion, Version
from assistant.conversations import Conversations
from assistant.corrections import correction, replaced
from assistant.decisions import accept, take_back
from assistant.deletions import deletion
from assistant.review import Review, carried, review
from index.errors import InputError


@dataclass(frozen=True)
class Pointed:
    """A place in a version's text that the physician pointed at, and the words there."""

    start: int
    end: int
    said: str


class Settling:
    """The steps behind the buttons beside a finding.

    Each raises AccessDenied for another user's conversation, and InputError where the version does
    not exist or says something else at the place pointed at.
    """

    def __init__(self, conversations: Conversations, *, clock: Clock = now) -> None:
        self._conversations = conversations
        self._clock = clock

    def correct(self, user: User, id_: str, number: int, pointed: Pointed) -> Version:
        """The case's words instead, wherever the letter makes the same statement."""
        conversation, version = self._version(user, id_, number)
        seen = review(conversation, version)
        finding = _pointed(seen, pointed)
        words = correction(seen.case, seen.text, finding)
        if words is None:
            raise InputError("The case has no words to put there.", "Edit the letter by hand.")
        places = tuple((f.fact.start, f.fact.end) for f in seen.alike(finding))
        text = replaced(seen.text, places, words)
        note = f"{finding.fact.text} -> {words}"
        return self._add(user, conversation, version, How.CORRECTED, text, note)

    def delete(self, user: User, id_: str, number: int, pointed: Pointed) -> Version:
        """The letter without the statement's sentence, or without its part of it."""
        conversation, version = self._version(user, id_, number)
        fact = _pointed(review(conversation, version), pointed).fact
        done = deletion(version.text, fact.start, fact.end)
        if not done.text.strip():
            raise InputError("Nothing of the letter would be left.", "Edit it by hand.")
        return self._add(user, conversation, version, How.SHORTENED, done.text, done.deleted)

    def accept(self, user: User, id_: str, number: int, pointed: Pointed) -> None:
        """ "I know this": kept with who and when."""

        def decided(decisions: Mapping[str, Any], finding: Finding) -> dict[str, Any]:
            return accept(decisions, finding, user.name, self._clock())

        self._decide(user, id_, number, pointed, decided)

    def take_back(self, user: User, id_: str, number: int, pointed: Pointed) -> None:
        """The finding is open again."""
        self._decide(user, id_, number, pointed, take_back)

    def _decide(
        self,
        user: User,
        id_: str,
        number: int,
        pointed: Pointed,
        decided: Callable[[Mapping[str, Any], Finding], dict[str, Any]],
    ) -> None:
        conversation, version = self._version(user, id_, number)
        finding = _pointed(review(conversation, version), pointed)
        self._conversations.decide(user, id_, number, decided(version.decisions, finding))

    def _version(self, user: User, id_: str, number: int) -> tuple[Conversation, Version]:
        conversation = self._conversations.open(user, id_)
        return conversation, conversation.version(number)

    def _add(
        self,
        user: User,
        conversation: Conversation,
        base: Version,
        how: How,
        text: str,
        note: str,
    ) -> Version:
        new = NewVersion(
            text=text,
            how=how,
            kind=base.kind,
            base=base.number,
            instruction=note,
            cut=base.cut,
            exemplars=base.exemplars,
            condensed=base.condensed,
            decisions=carried(conversation, base, text),
        )
        return self._conversations.add_version(user, conversation.id, new)


def _pointed(seen: Review, pointed: Pointed) -> Finding:
    for finding in seen.ledger.findings:
        fact = finding.fact
        if (fact.start, fact.end, fact.text) == (pointed.start, pointed.end, pointed.said):
            return finding
    raise InputError("The letter says something else there by now.", "Look at its marks again.")
