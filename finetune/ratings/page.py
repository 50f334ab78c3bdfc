"""The tab in which physicians rate: one draft at a time beside its case, the model hidden.

Found by the assistant through the entry point `epikrise.pages`. Nothing about the model, and
nothing of other raters, is ever sent to the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import cast

from assistant.accounts import Role, User
from assistant.page.extra_tabs import TabContext
from finetune.ratings.instrument import Score
from finetune.ratings.records import Round, Sheet
from finetune.ratings.sheet_html import finished_html, nothing_html, sheet_html
from finetune.ratings.store import FILE, Ratings, open_ratings
from index.errors import InputError

_LONGEST_COMMENT = 4000


class RatingsTab:
    """Seen by physicians, once there is a round.

    Attributes:
        name, title, script, style: see `assistant.page.extra_tabs.ExtraTab`.
    """

    name = "ratings"
    title = "Ratings"

    def __init__(self, context: TabContext) -> None:
        self._data_dir = context.data_dir
        self.script = _beside("sheet.js")
        self.style = _beside("sheet.css")

    def is_for(self, user: User) -> bool:
        if user.role is not Role.PHYSICIAN or not (self._data_dir / FILE).exists():
            return False
        with open_ratings(self._data_dir) as ratings:
            return bool(ratings.rounds())

    def show(self, user: User) -> str:
        """The newest round that the user has not finished, where it was left."""
        with open_ratings(self._data_dir) as ratings:
            rounds = ratings.rounds()
            for each in rounds:
                if _unfinished(each, ratings.sheets(each.name, user.name)):
                    return _shown(ratings, rounds, each, user)
            return _shown(ratings, rounds, rounds[0], user) if rounds else nothing_html()

    def act(self, user: User, said: Mapping[str, object]) -> str | None:
        """Keeps what was answered, and goes where the user wants to.

        Args:
            said: `round`; `number`, `scores` and `comment` of the draft that was seen; `go`:
                `keep`, `next`, `first` for the first that is not rated, or a number.

        Raises:
            InputError: the draft is left with `next` and some questions are not answered.
            TrainingError: there is no such round.
        """
        go = said.get("go")
        with open_ratings(self._data_dir) as ratings:
            rounds = ratings.rounds()
            round_ = ratings.round(str(said.get("round")))
            number = _number(said.get("number"))
            if number is not None:
                scores, comment = _scores(said.get("scores")), _comment(said.get("comment"))
                ratings.keep(round_.name, user.name, number, scores, comment)
            if go == "keep":
                return None
            if go == "next" and number is not None:
                sheet = ratings.sheets(round_.name, user.name)[number - 1]
                if left := sheet.open_items(round_.items):
                    raise InputError(
                        f"Not rated yet: {', '.join(item.title for item in left)}.",
                        "Rate them, or go on with Skip.",
                    )
            return _shown(ratings, rounds, round_, user, _number(go), after=number)


def _shown(
    ratings: Ratings,
    rounds: tuple[Round, ...],
    round_: Round,
    user: User,
    number: int | None = None,
    after: int | None = None,
) -> str:
    """A draft of a round.

    Args:
        number: the one that is wanted; without it the first that is not rated yet, beginning
            `after` one.
    """
    sheets = ratings.sheets(round_.name, user.name)
    if number is not None and 1 <= number <= len(sheets):
        return sheet_html(rounds, round_, sheets, sheets[number - 1])
    left = _unfinished(round_, sheets)
    if not left:
        return finished_html(rounds, round_, sheets)
    later = [sheet for sheet in left if sheet.number > (after or 0)]
    return sheet_html(rounds, round_, sheets, (later or left)[0])


def _unfinished(round_: Round, sheets: tuple[Sheet, ...]) -> list[Sheet]:
    return [sheet for sheet in sheets if sheet.open_items(round_.items)]


def _number(said: object) -> int | None:
    return said if type(said) is int else None


def _scores(said: object) -> Mapping[str, Score]:
    """What they are is looked at where they are kept."""
    if not isinstance(said, dict):
        raise InputError("There is no such step.", "Load the page anew.")
    return cast("dict[str, Score]", said)


def _comment(said: object) -> str | None:
    if isinstance(said, str) and len(said) > _LONGEST_COMMENT:
        raise InputError(f"A comment has at most {_LONGEST_COMMENT} characters.", "Shorten it.")
    return said if isinstance(said, str) else None


def _beside(name: str) -> str:
    return (resources.files("finetune.ratings") / name).read_text(encoding="utf-8")
