"""All detectors, ours and Presidio's, run side by side by Presidio's analyzer.

The only importer of presidio. Presidio's recognisers of numbers with a check digit
(insurance, tax, passport, bank) are taken, the German ones among them, which are off by default.
Left out are its recognisers of names and places, which need a downloaded model; of dates, phones
and mail, which ours do better on letters; and of anything that would fetch a list from outside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    LocalRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer import predefined_recognizers as presidio
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from index.detectors import DETECTORS, Detector
from index.letter import Language
from index.spans import Label, Span, merge

if TYPE_CHECKING:
    from spacy.tokens import Doc

THRESHOLD = 0.5
"""Below this score Presidio is unsure itself: a number without its check digit or its label."""

_LANGUAGES: tuple[Language, ...] = ("en", "de")


class _IpAddresses(presidio.IpRecognizer):
    """Presidio's, whose five patterns are slow, only where one could match."""

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        if not _LIKE_IP_ADDRESS.search(text):
            return []
        return super().analyze(text, entities, nlp_artifacts, regex_flags)


_LIKE_IP_ADDRESS = re.compile(r"\d\.\d{1,3}\.\d{1,3}\.\d|[\da-fA-F]*:[\da-fA-F]{0,4}:")
_NATIONAL: dict[Language, tuple[Callable[..., EntityRecognizer], ...]] = {
    "de": (
        presidio.DeBsnrRecognizer,
        presidio.DeFuehrerscheinRecognizer,
        presidio.DeHandelsregisterRecognizer,
        presidio.DeHealthInsuranceRecognizer,
        presidio.DeIdCardRecognizer,
        presidio.DeKfzRecognizer,
        presidio.DeLanrRecognizer,
        presidio.DePassportRecognizer,
        presidio.DePlzRecognizer,
        presidio.DeSocialSecurityRecognizer,
        presidio.DeTaxIdRecognizer,
        presidio.DeTaxNumberRecognizer,
        presidio.DeVatIdRecognizer,
    ),
    "en": (presidio.NhsRecognizer, presidio.UsMbiRecognizer, presidio.UsSsnRecognizer),
}
_INTERNATIONAL: tuple[Callable[..., EntityRecognizer], ...] = (
    presidio.CreditCardRecognizer,
    presidio.IbanRecognizer,
    _IpAddresses,
)
_LABELS = {"DE_PLZ": Label.LOCATION, "IP_ADDRESS": Label.CONTACT}
"""What Presidio finds is an ID, but for these."""


class Analyzer:
    """Finds what identifies a person. Building one takes a second or two; share it."""

    def __init__(self, detectors: Mapping[str, Detector]) -> None:
        self._engine = AnalyzerEngine(
            registry=RecognizerRegistry(
                recognizers(detectors), supported_languages=list(_LANGUAGES)
            ),
            nlp_engine=_Words(),
            context_aware_enhancer=_ContextForNumbers(),
            supported_languages=list(_LANGUAGES),
        )

    def spans(self, text: str, language: Language) -> tuple[Span, ...]:
        """Sorted spans without overlaps."""
        found = self._engine.analyze(text, language, score_threshold=THRESHOLD)
        return merge(Span(each.start, each.end, _label(each.entity_type)) for each in found)


def recognizers(detectors: Mapping[str, Detector]) -> list[EntityRecognizer]:
    """Our detectors as one recogniser of each language, and Presidio's beside them."""
    found: list[EntityRecognizer] = []
    for language in _LANGUAGES:
        found.append(_Ours(detectors, language))
        found += [kind(supported_language=language) for kind in _NATIONAL[language]]
        found += [kind(supported_language=language) for kind in _INTERNATIONAL]
    return found


@cache
def shared_analyzer() -> Analyzer:
    """The analyzer with the project's own detectors, built at its first use."""
    return Analyzer(DETECTORS)


def _label(entity: str) -> Label:
    if entity in Label.__members__:
        return Label[entity]
    return _LABELS.get(entity, Label.ID)


class _Ours(LocalRecognizer):
    """Our detectors in Presidio's frame, which are sure of what they propose.

    They are one recogniser: Presidio goes through all results anew for each.
    """

    def __init__(self, detectors: Mapping[str, Detector], language: Language) -> None:
        self._detectors = tuple(detectors.values())
        self._language: Language = language
        super().__init__(
            supported_entities=[label.value for label in Label],
            name="epikrise",
            supported_language=language,
        )

    def load(self) -> None:
        """There is nothing to load."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        return [
            RecognizerResult(span.label.value, span.start, span.end, score=1.0)
            for span in merge(
                span for detector in self._detectors for span in detector(text, self._language)
            )
        ]


class _Words(NlpEngine):
    """In place of spaCy, whose tokenizer would take half of the whole time.

    Presidio needs a text's words only around a number that it is unsure of: they are read then.
    """

    def load(self) -> None:
        """There is nothing to load, and nothing is ever downloaded."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return NlpArtifacts(
            entities=[],
            tokens=cast("Doc", ()),
            tokens_indices=[],
            lemmas=[],
            nlp_engine=self,
            language=language,
        )

    def process_batch(
        self,
        texts: Iterable[Any],
        language: str,
        batch_size: int = 1,
        n_process: int = 1,
        **_: Any,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return True  # no keywords are asked for: process_text gives them

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return list(_LANGUAGES)


def _read_words(text: str, artifacts: NlpArtifacts) -> None:
    matches = list(_WORD.finditer(text))
    artifacts.tokens = cast("Doc", [match[0] for match in matches])
    artifacts.tokens_indices = [match.start() for match in matches]
    artifacts.lemmas = artifacts.keywords = [match[0].lower() for match in matches]


_WORD = re.compile(r"\w+|[^\w\s]")


class _ContextForNumbers(LemmaContextAwareEnhancer):
    """Presidio's look at the words around, only for results that such words could raise."""

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        sure = [result for result in raw_results if result.score >= 1.0]
        unsure = [result for result in raw_results if result.score < 1.0]
        if not unsure:
            return sure
        _read_words(text, nlp_artifacts)
        return sure + super().enhance_using_context(
            text, unsure, nlp_artifacts, recognizers, context
        )
