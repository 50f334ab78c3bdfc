"""Stages, codes and markers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed, left, of_tumour, supported
from assistant.check.markers import SCORES
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary

_GRADED = {"G1": ("low-grade serous carcinoma",), "G3": ("high-grade serous carcinoma",)}
"""Kinds of tumours that are of one grade by their name."""
_DISTANT = re.compile(r"distant|fern", re.IGNORECASE)


def stage(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A stage or component against the case's of the same system, in whatever words it is said."""
    about = [o for o in case.of(FactKind.STAGE) if _same_system(o, fact)]
    scope = _scope(fact, draft)
    if scope and (scoped := [o for o in about if _scope(o, case.reading) == scope]):
        if any(bare(o.value)[:2] == fact.value for o in scoped):
            return supported(scoped[0])
        return changed(scoped[0])
    equal = case.equal(fact)
    if equal:
        return supported(equal[0])
    grades = [o for o in case.of(FactKind.GRADE) if "differentiation" in fact.about]
    grades = [o for o in grades if of_tumour(o.about)]
    for other in (*about, *grades):
        if other.value in (fact.value, fact.value.lstrip("G")):
            return supported(other)
    loose = [o for o in about if _loosely(fact, o) or _of_group(fact, o)]
    if loose:
        return supported(loose[0])
    for kind in _GRADED.get(fact.value, ()):
        if "differentiation" in fact.about and kind in case.by_concept:
            return supported(case.by_concept[kind][0])
    if "gleason" in fact.about:
        for other in about:
            sums = "+" not in other.value or "+" not in fact.value
            if sums and _gleason(other.value) == _gleason(fact.value):
                return supported(other)
    if "said" in fact.about and fact.value in ("M0", "M1") and not _DISTANT.search(fact.text):
        return None  # "no metastases" in one organ says nothing of the others
    if about:
        return changed(left(about, draft))
    if re.search(rf"(?<![A-Za-z]){re.escape(fact.text)}(?![A-Za-z\d])", case.text):
        return supported(None)
    said = {"M0": ("metastases", Assertion.NEGATED), "M1": ("metastases", Assertion.AFFIRMED),
            "N0": ("lymph node metastases", Assertion.NEGATED)}.get(fact.value)  # fmt: skip
    if said:
        for other in case.by_concept.get(said[0], ()):
            if other.assertion is said[1]:
                return supported(other)
    return NOT_THERE


_LOCAL = re.compile(r"\b(?:local|lokal)\w*\s+(?:[\w-]+[:\s]+){0,3}$", re.IGNORECASE)
_TOTAL = re.compile(r"\b(?:overall|gesamt)\w*\s+(?:[\w-]+[:\s]+){0,3}$", re.IGNORECASE)
_BEFORE = 40


def _scope(fact: Fact, reading: Reading) -> str:
    """Of a residual status, whether it is told of the place or of the whole."""
    if "R" not in fact.about:
        return ""
    before = reading.text[max(0, fact.start - _BEFORE) : fact.start]
    return "local" if _LOCAL.search(before) else "overall" if _TOTAL.search(before) else ""


def _same_system(one: Fact, other: Fact) -> bool:
    if (one.about & other.about) - {"said"}:
        return True
    a, b = "".join(one.about), "".join(other.about)
    return a.startswith("stage ") and b.startswith("stage ") and "stage stage" in (a, b)


def _of_group(fact: Fact, other: Fact) -> bool:
    """ "Stage II" of the case's "stage IIA": the draft is only less exact."""
    letter = other.value.removeprefix(fact.value)
    groups = all(any(a.startswith("stage ") for a in f.about) for f in (fact, other))
    return groups and letter != other.value and letter[:1] in tuple("ABCDEXS")


def _loosely(fact: Fact, other: Fact) -> bool:
    """ "node-negative" and "pN0(0/3)" are both N0; "T2" without a prefix is any T2."""
    if "said" in fact.about or "said" in other.about:
        short, long = sorted((bare(fact.value), bare(other.value)), key=len)
        return long.startswith(short)
    one, two = fact.value, other.value
    return (bare(one) == bare(two)) and (one[0].isupper() or two[0].isupper())


def bare(value: str) -> str:
    """`T2` of `ypT2`, `N0` of `pN0(0/3)`: without prefix and count."""
    return value.lstrip("ycprsum").split("(")[0]


def _gleason(value: str) -> str:
    """The sum, where either text gives no more."""
    return str(sum(int(n) for n in value.split("+")))


def code(fact: Fact, draft: Reading, case: Source) -> Verdict:
    """A code; the shorter is right where the case's is more exact: C50 of C50.4."""
    equal = case.equal(fact)
    if equal:
        return supported(equal[0])
    codes = case.of(FactKind.CODE)
    for other in codes:
        if other.value.startswith(fact.value) or fact.value.rstrip("0.") == other.value.rstrip(
            "0."
        ):
            return supported(other)
    return changed(left(codes, draft)) if codes else NOT_THERE


_PLUS = {
    *("positive", "mutated", "amplified", "high", "rearranged", "methylated", "codeleted"),
    *("deficient", "instable", "abnormal", "lost", "detected", "expressed", "overexpressed"),
}
_MINUS = {
    *("negative", "wild type", "not amplified", "unmethylated", "not codeleted", "proficient"),
    *("stable", "retained", "0+", "1+", "not detected", "not expressed"),
}


def marker(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A marker against the case's of the same family: HER2 3+ and HER2 positive are one state."""
    name = next(iter(fact.about))
    family = vocabulary().family(name)
    about = [
        o
        for o in case.of(FactKind.MARKER)
        if o.about & family or name in vocabulary().family(next(iter(o.about)))
    ]
    about = [o for o in about if o.about == fact.about] or about
    if not about and name in SCORES:
        return _other_score(fact, draft, case)
    if not about:
        denied = fact.assertion is Assertion.NEGATED
        return (None if denied else _unnamed(name, case)) or _by_share(fact, case)
    mine = _state(fact)
    same = [o for o in about if _decided(o, case) == mine]
    if same:
        return supported(same[0])
    if mine == "unknown" or all(_decided(o, case) == "unknown" for o in about):
        return _by_share(fact, case)
    # "HER2-low" is HER2-negative, a low share of ER is positive: low goes with either.
    told = [
        o
        for o in about
        if _decided(o, case) != "unknown" and "low" not in (mine, _decided(o, case))
    ]
    exact = [o for o in told if o.about == fact.about]
    if exact:
        return changed(left(exact, draft))
    opposite = [o for o in told if {_decided(o, case), mine} == {"+", "-"}]
    return changed(opposite[0]) if opposite else None


_FAR = 30


def _other_score(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """ "TPS 49", where the case has a CPS; with its number that isn't wrong."""
    other = next((o for o in case.of(FactKind.MARKER) if o.about & SCORES), None)
    if other is None:
        return None
    values = (f for f in draft.facts if f.kind in (FactKind.NUMBER, FactKind.QUANTITY))
    ends = [f.end for f in values if 0 <= f.start - fact.end <= _FAR]
    return replace(changed(other), end=min(ends, default=fact.end))


def _unnamed(name: str, case: Source) -> Verdict | None:
    """A marker that the case has nothing of: neither its family nor one of its kind."""
    family = vocabulary().family(name)
    named = {m.name for m in case.reading.mentions}
    kin = any(name in vocabulary().family(other) for other in named)
    kin = kin or bool(vocabulary().alike.get(name, frozenset()) & named)
    return None if kin or family & named else NOT_THERE


_LEAST_POSITIVE = 1
"""Percent of the cells at least, where a receptor is positive (ASCO/CAP 2020)."""


def _by_share(fact: Fact, case: Source) -> Verdict | None:
    """ "The receptor is absent", where the case has its percentage or its score."""
    mine = _state(fact)
    signs = list(_signs(fact, case))
    if mine not in ("+", "-") or not signs:
        return None
    for sign, place in signs:
        if mine == sign:
            return supported(place)
    return changed(signs[0][1])


_OUT_OF = re.compile(
    r"[\s:=(]{0,3}(?:Allred|IRS|score)?[\s:=]{0,2}(\d{1,2})\s?/\s?(8|12)(?![\d/])", re.I
)
_LEAST_SCORE = {"8": 3, "12": 2}
"""Allred's and Remmele's score at least, where a receptor is positive."""


def _signs(fact: Fact, case: Source) -> Iterator[tuple[str, Fact]]:
    """Whether the numbers that the case has of the marker make it positive, each with its place."""
    for share in case.of(FactKind.QUANTITY):
        if share.about == fact.about and share.value.endswith(" %"):
            yield "+" if float(share.value.split()[0]) >= _LEAST_POSITIVE else "-", share
    for named in case.of(FactKind.MARKER):
        score = _OUT_OF.match(case.text, named.end) if named.about == fact.about else None
        if score:
            text = case.text[named.start : score.end()]
            place = replace(named, end=score.end(), text=text)
            yield "+" if int(score[1]) >= _LEAST_SCORE[score[2]] else "-", place


_EQUIVOCAL = "2+"
_IN_SITU = re.compile(
    r"[^.\n]{0,40}?\b(?:F|C|S|D)?ISH\b[^.\n]{0,24}?(?:(?P<no>\bnot\b|\bnicht\b|neg|\bno\b|-)"
    r"|(?P<yes>pos|ampl|\+))",
    re.IGNORECASE,
)
"""The test that decides where the stain doesn't (ASCO/CAP 2018)."""


def _decided(marker: Fact, case: Source) -> str:
    """The state of a marker of the case; of a stain of 2+, that of its in situ hybridisation."""
    state = _state(marker)
    test = _IN_SITU.match(case.text, marker.end) if state == _EQUIVOCAL else None
    return ("-" if test["no"] else "+") if test else state


def _state(fact: Fact) -> str:
    """ "+" or "-", whatever the test's own words; a "no" before it turns it round."""
    word = fact.value.removeprefix(next(iter(fact.about))).strip()
    sign = "+" if word in _PLUS else "-" if word in _MINUS else word
    if (
        fact.assertion is Assertion.NEGATED
        and sign in ("+", "-")
        and word not in ("negative", "not amplified", "not codeleted")
    ):
        return "-" if sign == "+" else "+"
    return sign
