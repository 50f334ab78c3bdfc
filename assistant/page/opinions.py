"""The second opinion on the page: a button below the letter, and what the model answered."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.desk import Desk
from assistant.open_statements import open_statements
from assistant.page.asking import asking, shown_error
from assistant.page.editor import Edits
from assistant.page.layout import LetterParts
from assistant.page.opinions_html import opinions_html
from assistant.review import review
from assistant.second_opinion import Answers, Opinion, second_opinion
from index.errors import EpikriseError


@dataclass(frozen=True)
class Consultant:
    """The served model that is asked for second opinions."""

    client: Answers
    model: str


@dataclass(frozen=True)
class OpinionParts:
    ask: gr.Button
    opinions: gr.HTML


def lay_out_opinions(*, shown: bool) -> OpinionParts:
    """Lays it out below the letter; not `shown` where no model is set for it."""
    with gr.Column(visible=shown, elem_id="second-opinion"):
        ask = gr.Button("Second opinion on what is open", size="sm", elem_id="ask-opinion")
        opinions = gr.HTML(elem_id="opinions")
    return OpinionParts(ask, opinions)


class OpinionHandlers:
    """Asks the model about what the rules leave open in the text as it stands in the editor."""

    def __init__(self, desk: Desk, edits: Edits, consultant: Consultant) -> None:
        self._desk = desk
        self._edits = edits
        self._consultant = consultant

    async def ask(self, editing: str, text: str, request: gr.Request) -> AsyncGenerator[str, None]:
        """The opinions as they come. A text changed by hand is kept first, as a version."""
        found: list[Opinion] = []
        useless = 0
        try:
            user = asking(request)
            editor = self._edits.keep(user, editing, text)
            if editor is None:
                yield ""
                return
            conversation = self._desk.conversations.open(user, editor.conversation)
            version = conversation.version(editor.number)
            ledger = review(conversation, version).ledger
            case, draft = conversation.case, version.text
            left = len(open_statements(draft, ledger))
            yield opinions_html(case.text, found, left=left)
            answers = second_opinion(
                self._consultant.client, self._consultant.model, case, draft, ledger
            )
            async with aclosing(answers):
                async for remaining, opinion in answers:
                    left = remaining
                    if opinion is None:
                        useless += 1
                    else:
                        found.append(opinion)
                    yield opinions_html(case.text, found, left=left, useless=useless)
        except EpikriseError as error:
            raise shown_error(error) from None


def connect_opinions(
    handlers: OpinionHandlers, parts: OpinionParts, letter_parts: LetterParts
) -> None:
    """An opinion is of one version: with another one shown, it goes."""
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    asking_now = parts.ask.click(
        handlers.ask,
        [letter_parts.editing, letter_parts.text],
        [parts.opinions],
        trigger_mode="once",
        concurrency_limit=None,
        **private,
    )
    letter_parts.editing.change(lambda: "", None, [parts.opinions], cancels=[asking_now], **private)
