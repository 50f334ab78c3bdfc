"""One draft with its case and the questions, as HTML. Pure; everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from finetune.ratings.instrument import DIMENSIONS, Item, Score
from finetune.ratings.records import Round, Sheet

_UNANSWERED = object()


def nothing_html() -> str:
    return '<p class="quiet">There is nothing to rate now.</p>'


def sheet_html(
    rounds: Sequence[Round], round_: Round, sheets: Sequence[Sheet], sheet: Sheet
) -> str:
    """The case, the draft and the questions, side by side where there is room.

    Args:
        rounds: all that can be turned to.
        sheets: all of the round, in the rater's order.
        sheet: the one that is shown.
    """
    questions = "".join(_question(item, sheet) for item in round_.items if item in DIMENSIONS)
    if more := [item for item in round_.items if item not in DIMENSIONS]:
        questions += "<h4>PDSQI-9</h4>" + "".join(_question(item, sheet) for item in more)
    draft = escape(sheet.draft) if sheet.draft.strip() else "<em>The draft is empty.</em>"
    back = "" if sheet.number > 1 else " disabled"
    return (
        f"{_head(rounds, round_, sheets, sheet.number)}"
        f'<form class="sheet" data-round="{escape(round_.name)}" data-number="{sheet.number}">'
        f'<section class="text case"><h4 id="rated-case">The case</h4><div role="region" '
        f'aria-labelledby="rated-case" tabindex="0">{escape(sheet.case)}</div></section>'
        f'<section class="text draft"><h4 id="rated-draft">The draft</h4><div role="region" '
        f'aria-labelledby="rated-draft" tabindex="0">{draft}</div></section>'
        f'<section class="questions"><h4>Your rating</h4><div class="asked">{questions}'
        '<label class="comment"><span>Comment (if you like)</span>'
        f'<textarea name="comment" rows="2" maxlength="4000">{escape(sheet.comment)}</textarea>'
        '</label></div><div class="acts">'
        f'<button type="button" data-go="{sheet.number - 1}"{back}>Back</button>'
        f'<button type="button" data-go="{sheet.number % len(sheets) + 1}">Skip</button>'
        '<button type="button" data-go="next" class="main" title="Ctrl+Enter">'
        "Save and next</button></div>"
        '<p class="quiet keys">Keys: a number answers the marked question, '
        "Ctrl+Enter saves and goes on.</p></section></form>"
    )


def finished_html(rounds: Sequence[Round], round_: Round, sheets: Sequence[Sheet]) -> str:
    """Told when nothing is left to rate in a round."""
    return (
        f"{_head(rounds, round_, sheets, None)}"
        f'<div class="finished" data-round="{escape(round_.name)}"><p><b>Thank you: all '
        f"{len(sheets)} drafts are rated.</b></p><p>As long as the round is open you can still "
        "correct a rating: choose its draft above.</p></div>"
    )


def _head(
    rounds: Sequence[Round], round_: Round, sheets: Sequence[Sheet], number: int | None
) -> str:
    """Which round and which draft, and how far one is."""
    done = sum(not sheet.open_items(round_.items) for sheet in sheets)
    told = f"{done} of {len(sheets)} rated"
    return (
        f'<div class="head">{_rounds(rounds, round_)}{_drafts(round_, sheets, number)}'
        f'<progress max="{len(sheets)}" value="{done}" aria-label="{told}"></progress>'
        f'<b role="status">{told}</b>'
        '<span class="quiet">Who wrote a draft is hidden, and so is what others said of it.</span>'
        "</div>"
    )


def _rounds(rounds: Sequence[Round], round_: Round) -> str:
    if len(rounds) < 2:
        return ""
    options = "".join(_option(each.name, each.name, each.name == round_.name) for each in rounds)
    return f"<label>Round <select data-rounds>{options}</select></label>"


def _drafts(round_: Round, sheets: Sequence[Sheet], number: int | None) -> str:
    options = "" if number else _option("", "", chosen=True)
    for sheet in sheets:
        left = sheet.open_items(round_.items)
        state = " ✓" if not left else " …" if len(left) < len(round_.items) else ""
        options += _option(
            str(sheet.number), f"{sheet.number} of {len(sheets)}{state}", sheet.number == number
        )
    return f"<label>Draft <select data-drafts>{options}</select></label>"


def _question(item: Item, sheet: Sheet) -> str:
    given = sheet.scores.get(item.name, _UNANSWERED)
    scores: list[Score] = [*item.scores, None] if item.can_fail_to_apply else [*item.scores]
    in_words = all(score in item.levels for score in item.scores)
    answers = "".join(
        f"<label{_hint(item, score)}><input type=radio name={item.name} "
        f'value="{"" if score is None else score}"{" checked" if score == given else ""}>'
        f"{_level(item, score, in_words=in_words)}</label>"
        for score in scores
    )
    ends = "" if in_words else f'<p class="ends">{_ends(item)}</p>'
    look = "levels words" if in_words else "levels"
    return (
        f'<fieldset data-item="{item.name}"><legend>{escape(item.title)}</legend>'
        f'<p class="asks">{escape(item.asks)}</p><div class="{look}">{answers}</div>{ends}'
        "</fieldset>"
    )


def _level(item: Item, score: Score, *, in_words: bool) -> str:
    if score is None:
        return "<span>does not apply</span>"
    words = f" <span>{escape(item.levels[score])}</span>" if in_words else ""
    return f"<b>{score}</b>{words}"


def _hint(item: Item, score: Score) -> str:
    words = None if score is None else item.levels.get(score)
    return f' title="{escape(words)}"' if words else ""


def _ends(item: Item) -> str:
    return " · ".join(f"{score}: {escape(words)}" for score, words in item.levels.items())


def _option(value: str, words: str, chosen: bool) -> str:
    return (
        f'<option value="{escape(value)}"{" selected" if chosen else ""}>{escape(words)}</option>'
    )
