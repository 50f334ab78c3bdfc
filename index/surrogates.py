"""Surrogates: what is written in place of an identifier, chosen by a secret key.

The same value always gets the same surrogate, in every letter, and without the key neither can be
told from the other. Names are replaced word by word, so that "Weber" alone and "Hanna Weber" fit.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import re
from collections.abc import Sequence
from functools import cache

from index.data_files import phrases, table
from index.letter import Language

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def fold(value: str) -> str:
    """A value without case, umlauts and outer punctuation: "MÜLLER" and "Mueller" are one."""
    return value.casefold().translate(_UMLAUTS).strip(" .,;:")


class Surrogates:
    """Keyed choices. `key` is a secret of the hospital, 16 bytes or more."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def number(self, kind: str, value: str) -> int:
        """A large number that only the key and the value determine."""
        # A path that is no valid UTF-8 has code points in it that are no characters.
        message = f"{kind}\0{value}".encode(errors="surrogatepass")
        return int.from_bytes(hmac.new(self._key, message, hashlib.sha256).digest())

    def code(self, kind: str, value: str, digits: int = 12) -> str:
        """A short name for `value` that is the same everywhere and tells nothing of it.

        `digits` are hexadecimal. That two of a million values share a name has a chance of 1 in
        500 with 12 digits, of 1 in 30 million with 16.
        """
        return f"{self.number(kind, value) % 16**digits:0{digits}x}"

    def choice(self, kind: str, value: str, pool: Sequence[str]) -> str:
        """One of `pool`, never `value` itself."""
        start = self.number(kind, fold(value)) % len(pool)
        return next(
            pool[(start + step) % len(pool)]
            for step in range(len(pool))
            if fold(pool[(start + step) % len(pool)]) != fold(value)
        )

    # --- names

    def given_name(self, name: str, sex: str, language: Language) -> str:
        """A given name of the same sex, which is looked up where `sex` is empty."""
        told = _sexes(language).get(fold(name)) or sex
        sex = told or ("female", "male")[self.number("sex", fold(name)) % 2]
        return like(name, self.choice("given", name, _given_names(language, sex)))

    def surname(self, name: str, language: Language) -> str:
        parts = table("names")["surname"][language]
        beginnings, endings = parts["beginnings"].split(), parts["endings"].split()
        number = self.number("surname", fold(name))
        surname = _joined(number, beginnings, endings)
        while fold(surname) == fold(name):
            number += 1
            surname = _joined(number, beginnings, endings)
        return like(name, surname)

    def initial(self, letter: str, name: str) -> str:
        """An initial other than `letter`, for the bearer of `name`."""
        return self.choice("initial " + fold(name), letter, tuple("ABCDEFGHJKLMNPRSTW"))

    # --- places

    def town(self, name: str, language: Language) -> str:
        return like(name, self.choice("town", name, phrases(table("places")["towns"][language])))

    def state(self, name: str) -> str:
        form = "short" if len(name) == 2 else "full"
        return self.choice("state", name, phrases(table("places")["states"][form]))

    def street(self, address: str, language: Language) -> str:
        """Another street with another number, the number before or behind as in `address`."""
        number = re.search(r"\d+", address)
        name = re.sub(r"[\d.,]+", "", address)
        street = self.choice("street", name, phrases(table("places")["streets"][language]))
        if not number:
            return street
        house = str(self.number("house", fold(address)) % 98 + 1)
        house = house if house != number[0] else f"{int(house) + 1}"
        return (
            f"{house} {street}" if address.lstrip().startswith(number[0]) else f"{street} {house}"
        )

    def hospital(self, name: str, language: Language) -> str:
        """The same kind of house in another town; a town in its name is replaced as elsewhere."""
        kinds = phrases(table("places")["hospitals"][language])
        fitting = [kind for kind in kinds if fold(kind) in fold(name)]
        kind = max(fitting, key=len, default={"de": "Klinikum", "en": "Hospital"}[language])
        towns = phrases(table("places")["towns"][language])
        in_name = [town for town in towns if fold(town) in fold(name)]
        town = self.choice("town", max(in_name, key=len, default=name), towns)
        surrogate = f"{kind} {town}" if language == "de" else f"{town} {kind}"
        return like(name, surrogate)

    # --- numbers and the rest

    def shape(self, value: str, *, letters: bool = True) -> str:
        """Other digits, and letters where asked, in the same places; a leading zero stays one."""
        zero = "0" if value.startswith("0") else ""
        rest = value.removeprefix("0")
        changes = any(c.isdigit() or (letters and c.isalpha()) for c in rest)
        for attempt in itertools.count():
            numbers = (self.number(f"shape {attempt} {i}", value) for i in range(len(rest)))
            others = zip(rest, numbers, strict=True)
            written = "".join(_other(c, n) if letters or c.isdigit() else c for c, n in others)
            if written != rest or not changes:
                return zero + written
        raise AssertionError  # count() never ends

    def contact(self, value: str, language: Language) -> str:
        if "@" in value:
            return f"{fold(self.surname(value, language))}@example.org"
        if re.search(r"[a-z]{2}", value):
            return "www.example.org"
        return self.shape(value, letters=False)

    def profession(self, value: str, language: Language) -> str:
        return self.choice("profession", value, phrases(table("places")["professions"][language]))

    def age(self, value: str) -> str:
        """Any age over 89 becomes one from 85 to 89."""
        return str(85 + self.number("age", value) % 5)

    def shift(self, patient: str) -> int:
        """The days by which a patient's dates move: whole weeks back, more than a year.

        Weeks keep weekdays true. Spans close to two years are left out, since a date without its
        year would hardly move.
        """
        weeks = (*range(57, 98), *range(110, 151))
        return -7 * weeks[self.number("shift", patient) % len(weeks)]


def like(pattern: str, word: str) -> str:
    """`word` in capitals where `pattern` is."""
    return word.upper() if len(pattern) > 1 and pattern.isupper() else word


def _other(character: str, number: int) -> str:
    if character.isdigit():
        return str(number % 10)
    if not character.isalpha():
        return character
    letter = "ABCDEFGHJKLMNPQRSTUVWXYZ"[number % 24]
    return letter if character.isupper() else letter.lower()


def _joined(number: int, beginnings: list[str], endings: list[str]) -> str:
    which, rest = divmod(number, len(beginnings))
    beginning, ending = beginnings[rest], endings[which % len(endings)]
    return beginning + (ending[1:] if beginning[-1] == ending[0] else ending)


@cache
def _given_names(language: Language, sex: str) -> tuple[str, ...]:
    return tuple(sorted(set(table("names")["given"][language][sex].split())))


@cache
def _sexes(language: Language) -> dict[str, str]:
    """The sex that a given name tells, in the letter's language first; some names tell none."""
    lists = table("names")["given"]
    told: dict[str, str] = {}
    for group in (language, *(each for each in lists if each != language)):
        found: dict[str, set[str]] = {}
        for sex, names in lists[group].items():
            for name in names.split():
                found.setdefault(fold(name), set()).add(sex)
        for name, sexes in found.items():
            told.setdefault(name, next(iter(sexes)) if len(sexes) == 1 else "")
    return told


@cache
def written_names() -> frozenset[str]:
    """All given names and surnames that can be written in place of others, folded."""
    surnames = table("names")["surname"].values()
    made = {
        fold(_joined(which * len(beginnings) + rest, beginnings, endings))
        for beginnings, endings in (
            (parts["beginnings"].split(), parts["endings"].split()) for parts in surnames
        )
        for rest in range(len(beginnings))
        for which in range(len(endings))
    }
    given = table("names")["given"].values()
    return frozenset(
        made | {fold(name) for sexes in given for n in sexes.values() for name in n.split()}
    )
