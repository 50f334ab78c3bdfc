"""Trains the tagger of `index.tagger` on letters with marked identifiers, made up for the project.

python -m tests.deid.training de              writes index/data/tagger_de.npz
python -m tests.deid.training de --across     each file left out in turn: rules alone, with tagger

Each letter is learnt with its own names and again with others: from the lists, or put together of
halves of two, so that the weights rest on where and how a name stands, not on which it is. The
clinic's letters, marked by the rules, add words that identify nobody.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from finetune.clinic.archive import archive_letters
from index.analyzer import Analyzer
from index.data_files import listed
from index.detectors import RULES
from index.letter import Language
from index.name_edges import names_alone
from index.names import later_mentions
from index.spans import Label, Span, merge
from index.tagger import SURE, limited, tag
from index.tagger_features import features_of, tokens_of
from index.tagger_weights import Weights

from .figures import score
from .gold import Gold, MarkedLetter, read_marked

LETTERS = Path(__file__).with_name("letters")
_DATA = Path(__file__).parents[2] / "index" / "data"
_LABELS = {
    "patient": Label.PATIENT,
    "relative": Label.PATIENT,
    "name": Label.PATIENT,
    "doctor": Label.DOCTOR,
    "date": Label.DATE,
    "place": Label.LOCATION,
    "hospital": Label.HOSPITAL,
    "contact": Label.CONTACT,
    "id": Label.ID,
    "age": Label.AGE,
    "profession": Label.PROFESSION,
}
_NONE = "none"
_CLINIC = 60
"""The clinic's letters that are learnt beside the marked ones."""
_Learnt = tuple[str, list[list[str]], list[str]]
"""A letter's name, the features of its words, and each word's label."""


def learnt(letter: MarkedLetter) -> _Learnt:
    tokens = tokens_of(letter.text)
    known = features_of(letter.text, tokens)
    truth = [_NONE] * len(letter.text)
    for gold in letter.gold:
        if gold.kind in _LABELS:
            truth[gold.start : gold.end] = [_LABELS[gold.kind]] * (gold.end - gold.start)
    return (
        letter.id,
        [features for _, features in known],
        [truth[tokens[i].start] for i, _ in known],
    )


def train(letters: Sequence[_Learnt], strength: float = 3e-6) -> Weights:
    """Weights of the features that at least two letters have."""
    having: Counter[str] = Counter()
    by_letter: dict[str, set[str]] = {}
    for name, words, _ in letters:
        by_letter.setdefault(name, set()).update(each for features in words for each in features)
    for features in by_letter.values():
        having.update(features)
    row = {name: n for n, name in enumerate(sorted(f for f, n in having.items() if n >= 2))}
    indices: list[int] = []
    ends = [0]
    for _, words, _ in letters:
        for features in words:
            indices += [row[each] for each in dict.fromkeys(features) if each in row]
            ends.append(len(indices))
    matrix = csr_matrix((np.ones(len(indices)), indices, ends), (len(ends) - 1, len(row)))
    truth = [label for _, _, labels in letters for label in labels]
    kinds = [_NONE, *sorted({*truth} - {_NONE})]
    model = SGDClassifier(
        loss="log_loss", alpha=strength, max_iter=15, tol=0.0, average=True, random_state=0
    )
    model.fit(matrix, [kinds.index(label) for label in truth])
    return Weights(
        row,
        np.asarray(model.coef_, np.float32).T,
        np.asarray(model.intercept_, np.float32),
        tuple(Label(kind) for kind in kinds[1:]),
    )


# --- further letters to learn from


def renamed(letter: MarkedLetter, random: Random) -> MarkedLetter:
    """The letter with other names and towns, the same for the same."""
    given, surnames, towns = (sorted(listed(n)) for n in ("given_names", "surnames", "towns"))
    others: dict[str, str] = {}

    def other(match: re.Match[str], kind: str) -> str:
        word = match[0]
        name = word.capitalize()
        if word.lower() not in others:
            new = word
            if kind in ("patient", "doctor", "relative", "name"):
                known = given if name in listed("given_names") else surnames
                new = random.choice(known) if random.random() < 0.5 else _invented(surnames, random)
            elif name in listed("towns"):
                new = random.choice(towns) if random.random() < 0.5 else _invented(towns, random)
            others[word.lower()] = new
        new = others[word.lower()]
        return word if new == word else new.upper() if word.isupper() else new

    text, reached, gold = "", 0, list[Gold]()
    for each in letter.gold:
        if each.start < reached:
            continue
        text += letter.text[reached : each.start]
        written = letter.text[each.start : each.end]
        start, kind = len(text), each.kind
        text += _NAME.sub(lambda match, kind=kind: other(match, kind), written)
        gold.append(Gold(start, len(text), kind))
        reached = each.end
    return MarkedLetter(letter.id, text + letter.text[reached:], letter.language, tuple(gold))


_NAME = re.compile(r"[A-ZÀ-Ž][^\W\d_]{2,}")


def _invented(names: Sequence[str], random: Random) -> str:
    one, two = random.choice(names), random.choice(names)
    return one[: max(2, len(one) // 2)] + two[len(two) // 2 :].lower()


def clinic_letters(language: Language, rules: Analyzer) -> Iterator[MarkedLetter]:
    """Letters of the demo clinic as the rules mark them."""
    kinds = {label: kind for kind, label in reversed(_LABELS.items())}
    for letter in archive_letters(5, _CLINIC):
        if letter.details.language == language:
            spans = rules.spans(letter.text, language)
            gold = tuple(Gold(s.start, s.end, kinds[s.label]) for s in spans if s.label in kinds)
            yield MarkedLetter(str(letter.path), letter.text, language, gold)


def _all_learnt(letters: Iterable[MarkedLetter], copies: int) -> list[_Learnt]:
    random = Random(1)
    found: list[_Learnt] = []
    for letter in letters:
        found.append(learnt(letter))
        found += [learnt(renamed(letter, random)) for _ in range(copies)]
    return found


# --- the command


def save(weights: Weights, path: Path) -> None:
    names = sorted(weights.row, key=lambda name: weights.row[name])
    np.savez_compressed(
        path,
        features=np.frombuffer("\x00".join(names).encode(), np.uint8),
        weights=weights.of.astype(np.float16),
        bias=weights.bias,
        labels=np.frombuffer(" ".join(weights.labels).encode(), np.uint8),
    )


def across(
    sets: dict[str, list[MarkedLetter]], further: list[_Learnt], copies: int, rules: Analyzer
) -> None:
    """Prints, for each set, what is removed with weights that were learnt without it."""
    ready = {name: _all_learnt(letters, copies) for name, letters in sets.items()}
    for name, letters in sets.items():
        weights = train([*(x for n, each in ready.items() if n != name for x in each), *further])
        alone = [(each, rules.spans(each.text, each.language)) for each in letters]
        _print(f"{name} rules", alone)
        for sure in (SURE, 0.06, 0.15):
            tagged = [
                (each, _with_mentions(each.text, each.language, weights, sure)) for each in letters
            ]
            both = [(e, merge([*a, *b])) for (e, a), (_, b) in zip(alone, tagged, strict=True)]
            _print(f"{name} tagger {sure}", tagged)
            _print(f"{name} both {sure}", both)


def _with_mentions(
    text: str, language: Language, weights: Weights, sure: float
) -> tuple[Span, ...]:
    found = limited(text, tag(text, weights, sure), language)
    tagged = tuple(names_alone(text, found, language))
    persons = [each for each in tagged if each.label in (Label.PATIENT, Label.DOCTOR)]
    return merge([*tagged, *names_alone(text, later_mentions(text, persons), language)])


def _print(what: str, found: list[tuple[MarkedLetter, tuple[Span, ...]]]) -> None:
    figures = score(found)
    direct = 100 * figures.direct(figures.characters).share
    print(f"{what:24}{direct:8.2f}% direct{100 * figures.other.share:8.2f}% other", flush=True)  # noqa: T201


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.deid.training", description=__doc__)
    parser.add_argument("language", choices=["de", "en"])
    parser.add_argument("--across", action="store_true", help="leave each file out in turn")
    parser.add_argument("--copies", type=int, default=4, help="of each letter, with other names")
    options = parser.parse_args(arguments)
    language: Language = options.language
    sets = {file.stem: read_marked(file) for file in sorted(LETTERS.glob(f"{language}*.jsonl"))}
    rules = Analyzer(RULES)
    further = [learnt(letter) for letter in clinic_letters(language, rules)]
    if options.across:
        across(sets, further, options.copies, rules)
        return 0
    letters = [letter for each in sets.values() for letter in each]
    save(train([*_all_learnt(letters, options.copies), *further]), _DATA / f"tagger_{language}.npz")
    return 0


if __name__ == "__main__":
    sys.exit(main())
