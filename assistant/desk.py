"""A physician's desk: what happens between a message in the chat and the next version of a letter.

    message -> request -> draft or refine turn -> version kept

Everything is kept as it happens: the case when it is given, the message before it is answered, and
the text so far when a draft breaks off, for whatever reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant.accounts import User
from assistant.context import ContextMeter
from assistant.conversation import Conversation, How, NewVersion, Version
from assistant.conversations import Conversations
from assistant.draft import Ending
from assistant.drafting import Condensing, Delta, Drafter, Event, Finished, Fitted, Found
from assistant.intent import Intent, understand
from assistant.origin import Origin
from assistant.prompt import Kind, Turn
from assistant.review import carried, turns_of
from index.case import Case
from index.errors import Busy, CaseError, ModelError
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
        condensed: what stands in the prompt for a case that is too long.
        turns: the refine turns that it follows, the last one with what is asked for now.
        version: the kept version, once the draft is done or broke off.
        problem: why it broke off, and what to do; empty if it did not.
        stopped: the physician wants no more of it.
    """

    text: str = ""
    step: str = ""
    exemplars: tuple[Exemplar, ...] = ()
    note: str = ""
    meter: ContextMeter | None = None
    condensed: str = ""
    turns: tuple[Turn, ...] = ()
    version: Version | None = None
    problem: str = ""
    stopped: bool = False


@dataclass(frozen=True)
class _Writing:
    """A text that is being written."""

    stop: asyncio.Event
    """Set when no more of it is wanted."""
    kept: asyncio.Event
    """Set when what there is of it has been kept."""


class Desk:
    """All that the page and nobody else does with conversations and drafts."""

    def __init__(self, conversations: Conversations, drafter: Drafter) -> None:
        self.conversations = conversations
        self._drafter = drafter
        self._writing: dict[str, _Writing] = {}
        """By conversation."""

    def begin(self, user: User, case: Case, origin: Origin | None = None) -> Conversation:
        """A new conversation about `case`."""
        return self.conversations.create(user, case, title=title_of(case), origin=origin)

    async def answer(
        self, user: User, conversation_id: str, message: str, *, seen: int | None = None
    ) -> AsyncGenerator[Progress, None]:
        """Answers a chat message with the next version, as it is being written.

        Args:
            seen: the number of the version that the physician looks at, which a refine turn
                changes; without it the newest.

        Raises:
            CaseError: the message is empty.
            AccessDenied: the conversation is not the user's.
            Busy: the answer before is still being written.
        """
        if not message.strip():
            raise CaseError("The message is empty.", "Say what to do, e.g. 'Draft the letter'.")
        conversation = await asyncio.to_thread(self.conversations.open, user, conversation_id)
        if conversation_id in self._writing:
            raise Busy("The text before is still being written.", "Wait for it, or press Stop.")
        writing = self._writing[conversation_id] = _Writing(asyncio.Event(), asyncio.Event())
        try:
            await asyncio.to_thread(self.conversations.say, user, conversation_id, "user", message)
            async with aclosing(
                self._answer(user, conversation, message, seen, writing.stop)
            ) as steps:
                async for progress in steps:
                    yield progress
        finally:
            del self._writing[conversation_id]
            writing.kept.set()

    def edit(self, user: User, id_: str, text: str, *, base: int) -> Version:
        """Keeps the text that the physician made of version `base` (`Conversations.edit`)."""
        conversation = self.conversations.open(user, id_)
        decisions = carried(conversation, conversation.version(base), text)
        return self.conversations.edit(user, id_, text, base=base, decisions=decisions)

    async def stop(self, conversation_id: str) -> None:
        """Ends what is being written in the conversation; returns when it has been kept."""
        if writing := self._writing.get(conversation_id):
            writing.stop.set()
            await writing.kept.wait()

    async def _answer(
        self,
        user: User,
        conversation: Conversation,
        message: str,
        seen: int | None,
        stop: asyncio.Event,
    ) -> AsyncGenerator[Progress, None]:
        base = next((v for v in conversation.versions if v.number == seen), conversation.current())
        request = understand(message, has_case=True, has_draft=base is not None)
        turns: tuple[Turn, ...] = ()
        unheard = ""
        if request.intent is Intent.REFINE and base is not None:
            turns = (*turns_of(conversation, base), Turn(base.text, message))
            new = NewVersion(
                text="",
                how=How.REFINED,
                kind=base.kind,
                base=base.number,
                instruction=message,
                exemplars=base.exemplars,
            )
        else:
            kind = Kind.SUMMARY if request.intent is Intent.SUMMARY else Kind.LETTER
            new = NewVersion(text="", how=How.DRAFTED, kind=kind)
            unheard = _ONLY_DRAFTED if request.more else ""
        async with aclosing(self._write(user, conversation, new, turns, unheard, stop)) as steps:
            async for progress in steps:
                yield progress

    async def _write(
        self,
        user: User,
        conversation: Conversation,
        new: NewVersion,
        turns: Sequence[Turn],
        unheard: str,
        stop: asyncio.Event,
    ) -> AsyncGenerator[Progress, None]:
        refining = bool(turns)
        progress = Progress(
            step="Looking for example letters …" if not refining else "Rewriting …",
            exemplars=new.exemplars,
            turns=tuple(turns),
        )
        yield progress
        kept = finished = False
        model, ending = "", Ending.BROKEN
        try:
            events = self._drafter.draft(
                conversation.case,
                new.kind,
                turns=turns,
                exemplars=new.exemplars if refining else None,
                department=user.department or None,
                condensed=conversation.condensed,
            )
            async with aclosing(until(stop, events)) as wanted:
                async for event in wanted:
                    match event:
                        case Found(exemplars=exemplars, note=note):
                            progress = replace(progress, exemplars=exemplars, note=note)
                        case Condensing():
                            progress = replace(progress, step=f"{event} …")
                        case Fitted(meter=meter, exemplars=exemplars, condensed=condensed):
                            if condensed and condensed != conversation.condensed:
                                # At once: it took long, and the draft may still come to nothing.
                                self.conversations.keep_condensed(user, conversation.id, condensed)
                            progress = replace(
                                progress,
                                exemplars=exemplars,
                                meter=meter,
                                condensed=condensed,
                                step="Reading the case …",
                            )
                        case Delta(text=text):
                            text = progress.text + text
                            progress = replace(progress, text=text, step="Writing …")
                        case Finished(draft=draft):
                            model, ending, finished = draft.model, draft.ending, True
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
                    cut=ending is not Ending.STOP,
                    exemplars=progress.exemplars,
                    meter=asdict(progress.meter) if progress.meter else {},
                    decisions=_carried(conversation, new, progress.text),
                    condensed=progress.condensed,
                )
                version = self.conversations.add_version(user, conversation.id, done)
                reply = reply_to(
                    version,
                    progress.problem,
                    f"{unheard} {progress.note}".strip(),
                    asked_of=turns[-1].draft if turns else None,
                    ending=ending,
                    stopped=not finished,
                )
                self.conversations.say(user, conversation.id, "assistant", reply)
                progress = replace(progress, version=version)
                kept = True
        stopped = stop.is_set() and not finished
        if not kept:
            problem = progress.problem or (
                "Stopped before the first word." if stopped else _EMPTY_ANSWER
            )
            progress = replace(progress, problem=problem)
            self.conversations.say(user, conversation.id, "assistant", problem)
        yield replace(progress, step="", stopped=stopped)


async def until(
    stop: asyncio.Event, events: AsyncGenerator[Event, None]
) -> AsyncGenerator[Event, None]:
    """The events as they come, until `stop` is set, also while the next is waited for."""
    come: asyncio.Queue[Event | None] = asyncio.Queue()

    async def pump() -> None:
        async with aclosing(events):
            async for event in events:
                come.put_nowait(event)

    pumping = asyncio.create_task(pump())
    # Not in a `finally` of its own: a task that is cancelled before it began runs none.
    pumping.add_done_callback(lambda _: come.put_nowait(None))
    stopping = asyncio.create_task(stop.wait())
    stopping.add_done_callback(lambda _: pumping.cancel())
    try:
        while (event := await come.get()) is not None:
            yield event
        if not pumping.cancelled():
            pumping.result()
    finally:
        stopping.cancel()
        pumping.cancel()
        await asyncio.wait({pumping, stopping})


_EMPTY_ANSWER = "The model gave an empty answer. Try again."
_ONLY_DRAFTED = "It is drafted as always; say now what should be different."
"""Where the request said more than that: a first draft takes no instruction."""


def reply_to(
    version: Version,
    problem: str = "",
    note: str = "",
    *,
    asked_of: str | None = None,
    ending: Ending = Ending.STOP,
    stopped: bool = False,
) -> str:
    """What the assistant says in the chat when a version is there.

    Args:
        version: as it is kept.
        problem: why the model broke off, if it did.
        note: what else the physician should know.
        asked_of: the text that a change was asked of; a model may give it back as it was.
        ending: why the text ends where it does.
        stopped: the physician stopped it, or went away, before the model's end.
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
    if stopped:
        reply += " It was stopped before its end."
    elif ending is Ending.LENGTH:
        reply += " It was cut off at its length limit: ask for a shorter one."
    elif ending is Ending.REPETITION:
        reply += (
            " The model began to repeat itself and was ended there: read to the end, or ask again."
        )
    return f"{reply} {note}".strip()


def _carried(conversation: Conversation, new: NewVersion, text: str) -> dict[str, Any]:
    """A rewriting keeps what was decided on the text before it; a new draft is new."""
    return carried(conversation, conversation.version(new.base), text) if new.base else {}


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
