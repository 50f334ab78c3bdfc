"""Spans of a text replaced by surrogates; nothing else in the text changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.data_files import phrases, table, words
from index.date_shift import shift_date
from index.date_words import as_meant
from index.dates import find_dates
from index.english_spoken import as_spoken, is_spoken_number, spoken_digits, written_date
from index.letter import Language
from index.loose_dates import find_all_dates
from index.name_patterns import PARTICLES
from index.name_words import given_names, without_title
from index.spans import Label, Span
from index.surrogates import Surrogates, fold

Part = Literal["given", "surname"]

_NAME_WORD = re.compile(r"[^\W\d_]+\.?")
_HONORIFIC_BEFORE = re.compile(r"([^\W\d_]+\.?)[\s,]*(?:Kolleg(?:e|en|in)\s)?$")


@dataclass(frozen=True)
class Replaced:
    """A text with surrogates.

    Attributes:
        text: the new text.
        spans: what was replaced, in the original text.
        written: where the surrogates stand in the new text, one for each of `spans`.
    """

    text: str
    spans: tuple[Span, ...]
    written: tuple[Span, ...]


@dataclass(frozen=True)
class Bearer:
    """What a text tells about a word of its names."""

    part: Part
    sex: str = ""


def replace(
    text: str, spans: Sequence[Span], language: Language, surrogates: Surrogates, patient: str
) -> Replaced:
    """`text` with each of `spans` replaced.

    Args:
        spans: sorted, without overlaps.
        patient: who the text is about; by this the dates move.
    """
    bearers = name_bearers(text, spans)
    pieces: list[str] = []
    written: list[Span] = []
    position = length = 0
    dates = _shifted_dates(text, spans, language, surrogates.shift(patient))
    for span in spans:
        original = span.of(text)
        if span.label in (Label.PATIENT, Label.DOCTOR):
            surrogate = _name(original, bearers, surrogates, language)
        elif span in dates:
            surrogate = dates[span]
        else:
            surrogate = _other(original, span.label, surrogates, language)
        kept = text[position : span.start]
        length += len(kept)
        written.append(Span(length, length + len(surrogate), span.label))
        length += len(surrogate)
        pieces += [kept, surrogate]
        position = span.end
    pieces.append(text[position:])
    return Replaced("".join(pieces), tuple(spans), tuple(written))


def _other(original: str, label: Label, surrogates: Surrogates, language: Language) -> str:
    match label:
        case Label.LOCATION:
            return _location(original, surrogates, language)
        case Label.HOSPITAL:
            return surrogates.hospital(original, language)
        case Label.CONTACT:
            return surrogates.contact(original, language)
        case Label.PROFESSION:
            return surrogates.profession(original, language)
        case Label.AGE:
            return surrogates.age(original)
        case Label.DATE if not any(map(str.isdigit, original)):
            tables = {"de": "german", "en": "english"}
            holidays = phrases(table(tables[language])["holidays"])
            return surrogates.choice("holiday", original, holidays)
        case _ if is_spoken_number(original):
            return as_spoken(surrogates.shape(spoken_digits(original)))
        case _:
            return surrogates.shape(original)


def _location(original: str, surrogates: Surrogates, language: Language) -> str:
    letters = re.sub(r"[^\w]|\d|_", "", original)
    states = table("places")["states"]
    if len(letters) <= 4 and re.search(r"\d{3}|[A-Z]\d", original):
        return surrogates.shape(original, letters=not re.match(r"[A-Z]{1,3}[- ]", original))
    if original in phrases(states["short"]) or original in phrases(states["full"]):
        return surrogates.state(original)
    if re.search(r"\d|(?:stra[sß]+e|str\.|gasse|allee|weg|platz)\b", original, re.IGNORECASE):
        return surrogates.street(original, language)
    return surrogates.town(original, language)


def _shifted_dates(
    text: str, spans: Sequence[Span], language: Language, days: int
) -> dict[Span, str]:
    """What is written for each date span; a span without a readable date is left out."""
    mentions = find_all_dates(text, language)
    shifted: dict[Span, str] = {}
    for span in spans:
        if span.label is not Label.DATE:
            continue
        within = [m for m in mentions if span.start <= m.start and m.end <= span.end]
        position, pieces = span.start, list[str]()
        for mention in within:
            pieces += [text[position : mention.start], shift_date(mention, text, days, language)]
            position = mention.end
        if not within:
            written = _spoilt_date(span.of(text), language, days)
            if written:
                shifted[span] = written
        if within:
            shifted[span] = "".join((*pieces, text[position : span.end]))
    return shifted


def _spoilt_date(written: str, language: Language, days: int) -> str:
    """A date that a scan has spoilt, or that only its form tells, moved; "" where it is none."""
    opening = "am "
    spoken = written_date(written) if language == "en" else ""
    meant = opening + (spoken or as_meant(written))
    mentions = find_dates(meant, language)
    if len(mentions) != 1:
        return ""
    (mention,) = mentions
    before, behind = meant[len(opening) : mention.start], meant[mention.end :]
    return f"{before}{shift_date(mention, meant, days, language)}{behind}"


# --- names


def name_bearers(text: str, spans: Sequence[Span]) -> dict[str, Bearer]:
    """For each word of the text's names whether it is a given name or a surname, and the sex.

    Full names tell; a word that stands alone is what it is in a full name, else a surname, unless
    it is a known given name without a form of address.
    """
    named: list[tuple[list[tuple[str, Part]], str]] = []
    for span in spans:
        if span.label in (Label.PATIENT, Label.DOCTOR):
            parts = _parts(without_title(span.of(text)))
            named.append((parts, _sex_before(text, span.start)))
    # Full names first; then the shorter first, so that "Weber" is known before "Webers".
    named.sort(key=lambda name: (len(name[0]) < 2, sum(len(word) for word, _ in name[0])))
    found: dict[str, Bearer] = {}
    for parts, sex in named:
        for word, part in parts:
            alone = len(parts) == 1 and word in given_names() and not sex
            for piece in word.split("-"):
                known = found.get(fold(piece), Bearer("given" if alone else part))
                if fold(piece) in found or not _is_genitive(piece, found):
                    found[fold(piece)] = Bearer(known.part, known.sex or sex)
    return found


def _is_genitive(word: str, bearers: Mapping[str, Bearer]) -> bool:
    return word.endswith(("s", "S")) and fold(word[:-1]) in bearers


def _parts(name: str) -> list[tuple[str, Part]]:
    """The words of a name, each as a given name or surname: "Weber, Hanna", "Weber Hanna" too."""
    parts: list[tuple[str, Part]]
    before, comma, after = name.partition(",")
    if comma:
        parts = [(word, "surname") for word in _whole_words(before)]
        return parts + [(word, "given") for word in _whole_words(after)]
    found = _whole_words(name)
    given = given_names()
    swapped = len(found) > 1 and found[-1] in given and found[0] not in given
    if swapped:
        found = [*found[1:], found[0]]
    parts = [(word, "given") for word in found[:-1]]
    return parts + [(word, "surname") for word in found[-1:]]


def _whole_words(name: str) -> list[str]:
    """The words of a name but for initials and particles."""
    return [
        w
        for w in re.findall(r"[^\W\d_][^\s,]*", name)
        if w[0].isupper() and len(w.strip(".")) > 1 and w[-1] != "."
    ]


def _sex_before(text: str, start: int) -> str:
    """The sex that the form of address before a name tells."""
    before = _HONORIFIC_BEFORE.search(text[max(0, start - 30) : start])
    if not before:
        return ""
    terms = table("terms")
    if before[1] in words(terms["female"]):
        return "female"
    return "male" if before[1] in words(terms["male"]) else ""


def _name(
    original: str, bearers: Mapping[str, Bearer], surrogates: Surrogates, language: Language
) -> str:
    """A name with its words replaced; titles, particles, commas and the genitive stay."""
    bare = without_title(original)
    title = original[: len(original) - len(bare)]

    def write(match: re.Match[str]) -> str:
        word = match[0]
        if word in PARTICLES:
            return word
        if len(word) == 1 or word.endswith("."):
            return _initial(word, bearers, surrogates, language) + word[len(word.rstrip(".")) :]
        genitive = fold(word) not in bearers and _is_genitive(word, bearers)
        stem = word[:-1] if genitive else word
        bearer = bearers.get(fold(stem), Bearer("surname"))
        if bearer.part == "given":
            return surrogates.given_name(stem, bearer.sex, language) + word[len(stem) :]
        return surrogates.surname(stem, language) + word[len(stem) :]

    return title + _NAME_WORD.sub(write, bare)


def _initial(
    word: str, bearers: Mapping[str, Bearer], surrogates: Surrogates, language: Language
) -> str:
    """The initial of the surrogate whose original begins like `word`, else any other."""
    for known, bearer in bearers.items():
        if known.startswith(word[0].lower()) and bearer.part == "given":
            return surrogates.given_name(known, bearer.sex, language)[0]
    return surrogates.initial(word[0], " ".join(bearers))
