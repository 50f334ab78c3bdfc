"""A physician's desk: what happens between a message in the chat and the next version of a letter.

    message -> intent -> (case kept | draft | refine) -> version kept -> checked

Everything is kept as it happens: the case when it is given, the message before it is answered, and
the text so far when a draft breaks off, for whatever reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace

from assistant.accounts import User
from assistant.context import ContextMeter
from assistant.conversation import Conversation, How, NewVersion, Version
from assistant.conversations import Conversations
from assistant.drafting import Delta, Drafter, Finished, Fitted, Found
from assistant.intent import Intent, understand
from assistant.prompt import Kind, Turn
from index.case import Case
from index.errors import CaseError, ModelError
from retrieval.exemplar import Exemplar


@dataclass(frozen=True)
class Progress:
    """The state of a draft that is being written.

    Attributes:
        text: the letter so far.
        step: what is being done, for the status line.
        exemplars: the past letters in the prompt.
        note: what retrieval has to say.
        meter: how the context is filled, once that is known.
        version: the kept version, once the draft is done or broke off.
        problem: why it broke off, and what to do; empty if it did not.
    """

    text: str = ""
    step: str = ""
    exemplars: tuple[Exemplar, ...] = ()
    note: str = ""
    meter: ContextMeter | None = None
    version: Version | None = None
    problem: str = ""


class Desk:
    """All that the page and nobody else does with conversations and drafts."""

    def __init__(self, conversations: Conversations, drafter: Drafter) -> None:
        self.conversations = conversations
        self._drafter = drafter

    def begin(self, user: User, case: Case) -> Conversation:
        """A new conversation about `case`."""
        return self.conversations.create(user, case, title=title_of(case))

    async def answer(
        self, user: User, conversation_id: str, message: str, *, shown: Kind = Kind.LETTER
    ) -> AsyncGenerator[Progress, None]:
        """Answers a chat message with the next version, as it is being written.

        Args:
            shown: the kind that the physician looks at; a refine turn changes that one.

        Raises:
            CaseError: the message is empty.
            AccessDenied: the conversation is not the user's.
        """
        if not message.strip():
            raise CaseError("The message is empty.", "Say what to do, e.g. 'Draft the letter'.")
        conversation = await asyncio.to_thread(self.conversations.open, user, conversation_id)
        current = conversation.current(shown)
        intent = understand(message, has_case=True, has_draft=current is not None)
        await asyncio.to_thread(self.conversations.say, user, conversation_id, "user", message)
        if intent is Intent.REFINE and current is not None:
            turns = (*turns_of(conversation, current), Turn(current.text, message))
            new = NewVersion(
                text="",
                how=How.REFINED,
                kind=shown,
                base=current.number,
                instruction=message,
                exemplars=current.exemplars,
            )
        else:
            turns = ()
            kind = Kind.SUMMARY if intent is Intent.SUMMARY else Kind.LETTER
            new = NewVersion(text="", how=How.DRAFTED, kind=kind)
        async with aclosing(self._write(user, conversation, new, turns)) as steps:
            async for progress in steps:
                yield progress

    async def _write(
        self, user: User, conversation: Conversation, new: NewVersion, turns: Sequence[Turn]
    ) -> AsyncGenerator[Progress, None]:
        refining = bool(turns)
        progress = Progress(
            step="Looking for example letters …" if not refining else "Rewriting …",
            exemplars=new.exemplars,
        )
        yield progress
        kept = False
        model, cut = "", True
        try:
            events = self._drafter.draft(
                conversation.case,
                new.kind,
                turns=turns,
                exemplars=new.exemplars if refining else None,
            )
            async for event in events:
                match event:
                    case Found(exemplars=exemplars, note=note):
                        progress = replace(progress, exemplars=exemplars, note=note)
                    case Fitted(meter=meter):
                        progress = replace(progress, meter=meter, step="Reading the case …")
                    case Delta(text=text):
                        text = progress.text + text
                        progress = replace(progress, text=text, step="Writing …")
                    case Finished(draft=draft):
                        model, cut = draft.model, draft.cut
                        progress = replace(progress, text=draft.text)
                yield progress
        except ModelError as error:
            progress = replace(progress, problem=str(error))
        finally:
            # Also when the browser goes away in mid-draft: the text so far is kept.
            if progress.text:
                done = replace(
                    new,
                    text=progress.text,
                    model=model,
                    cut=cut,
                    exemplars=progress.exemplars,
                    meter=asdict(progress.meter) if progress.meter else {},
                )
                version = self.conversations.add_version(user, conversation.id, done)
                asked_of = turns[-1].draft if turns else None
                reply = reply_to(version, progress.problem, progress.note, asked_of=asked_of)
                self.conversations.say(user, conversation.id, "assistant", reply)
                progress = replace(progress, version=version)
                kept = True
        if not kept:
            problem = progress.problem or "The model gave an empty answer. Try again."
            progress = replace(progress, problem=problem)
            self.conversations.say(user, conversation.id, "assistant", problem)
        yield replace(progress, step="")


def reply_to(
    version: Version, problem: str = "", note: str = "", *, asked_of: str | None = None
) -> str:
    """What the assistant says in the chat when a version is there.

    Args:
        version: as it is kept.
        problem: why the model broke off, if it did.
        note: what else the physician should know.
        asked_of: the text that a change was asked of; a model may give it back as it was.
    """
    what = "summary" if version.kind is Kind.SUMMARY else "letter"
    done = {How.DRAFTED: f"Here is the {what}", How.REFINED: f"I changed the {what}"}
    reply = f"{done.get(version.how, f'Here is the {what}')} (version {version.number})."
    if problem:
        return f"{problem} What was written until then is kept as version {version.number}."
    if asked_of is not None and version.text.split() == asked_of.split():
        reply = (
            f"The model changed nothing in the {what} (version {version.number})."
            " Ask in other words, or edit it by hand."
        )
    if version.cut:
        reply += " It was cut off at its length limit: ask for a shorter one."
    return f"{reply} {note}".strip()


def turns_of(conversation: Conversation, version: Version) -> tuple[Turn, ...]:
    """The refine turns that led to `version`, oldest first, each with the text it started from.

    A text edited by hand stands in for the one it was edited from, so the model sees what the
    physician saw.
    """
    by_number = {v.number: v for v in conversation.versions}
    turns: list[Turn] = []
    at = version
    while at.base is not None and at.how is not How.DRAFTED:
        base = by_number.get(at.base)
        if base is None or base.number >= at.number:
            break
        if at.how is How.REFINED:
            turns.append(Turn(base.text, at.instruction))
        at = base
    return tuple(reversed(turns))


def title_of(case: Case) -> str:
    """A line for the list of conversations: the patient and the diagnosis, or the first words."""
    if case.details:
        patient, diagnosis = case.details.patient, case.details.diagnosis
        name = ", ".join(filter(None, (patient.last_name, patient.first_name)))
        parts = filter(None, (name, diagnosis.name))
        if title := " - ".join(parts):
            return title
    lines = (line.strip() for line in case.text.splitlines())
    first = next((line for line in lines if line), "Untitled")
    return first.removeprefix("Patient: ")[:80]
