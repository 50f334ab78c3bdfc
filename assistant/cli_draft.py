"""What `epikrise draft` prints: a draft from a vLLM that runs, or is started for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.check import Ledger, check
from assistant.settings import AssistantSettings
from index.errors import ModelError
from index.settings import IndexSettings

if TYPE_CHECKING:
    from assistant.draft import Draft
    from assistant.promoted import Promoted
    from assistant.prompt import Kind
    from assistant.second_opinion import Opinion
    from index.case import Case
    from retrieval.exemplar import Exemplar


@dataclass(frozen=True)
class Drafted:
    """A draft, what the check and the model say of it, and why it broke off, if it did.

    `condensed` is what stood in the prompt for a record that was too long.
    """

    draft: Draft
    ledger: Ledger
    opinions: tuple[Opinion, ...]
    condensed: str
    problem: ModelError | None


async def drafted_for(
    case: Case,
    kind: Kind,
    settings: AssistantSettings,
    promoted: Promoted | None,
    say: Callable[[str], None],
) -> Drafted:
    """The draft of a case by a served model, and what the check and the model say of it.

    Args:
        promoted: adapters that write in place of the settings' models.
        say: takes a line of progress at a time.

    Raises:
        ModelError: before the first word; a draft that breaks off later has it as its problem.
    """
    from assistant.client import ModelClient
    from assistant.condensing import condensed_note
    from assistant.drafting import Condensing, Drafter, Finished, Fitted, Found
    from assistant.second_opinion import second_opinion
    from assistant.serving import serving
    from index.catalogue import Catalogue
    from index.embedding import LocalEncoder
    from retrieval.search import Retriever
    from retrieval.settings import RetrievalSettings

    index = IndexSettings.read()
    retriever = None
    if Catalogue(index.data_dir).active():
        retriever = Retriever(index, LocalEncoder(index), RetrievalSettings.read())
    exemplars: tuple[Exemplar, ...] = ()
    condensed = ""
    done: Draft | None = None
    problem: ModelError | None = None
    opinions: tuple[Opinion, ...] = ()
    with serving(settings, say) as endpoint:
        client = ModelClient(
            endpoint.base_url,
            endpoint.key,
            connect_timeout=settings.connect_timeout,
            answer_timeout=settings.answer_timeout,
        )
        drafter = Drafter(client, retriever, settings, promoted)
        async with client:
            try:
                async for event in drafter.draft(case, kind):
                    match event:
                        case Found(note=note) if note:
                            say(note)
                        case Condensing():
                            say(f"{event}.")
                        case Fitted():
                            exemplars, condensed = event.exemplars, event.condensed
                            if condensed:
                                say(f"{condensed_note(case.text, condensed)}.")
                        case Finished():
                            done = event.draft
                        case _:
                            pass
            except ModelError as error:
                problem = error
            if done is None:
                raise problem or ModelError("The model gave no answer.", "Try again.", retry=True)
            ledger = check(case.text, done.text, [exemplar.text for exemplar in exemplars])
            if settings.opinion_model and problem is None:
                asked = second_opinion(client, settings.opinion_model, case, done.text, ledger)
                opinions = tuple([each async for _, each in asked if each])
    return Drafted(done, ledger, opinions, condensed, problem)
