"""The search: over a collection in memory, and once through a real Chroma."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from index_fakes import PlainStages, WordEncoder, code_of, letter

from assistant.page.render import exemplars_html
from index.build import build
from index.case import Case, CaseDetails
from index.case_text import render_case
from index.chroma_server import ChromaServer
from index.deidentify import Deidentifier
from index.embedding import Vectors
from index.errors import StoreError
from index.key import load_key
from index.letter import DeidentifiedLetter, LetterMetadata
from index.passages import to_passages
from index.rows import Hit, StoredLetter
from index.settings import IndexSettings
from retrieval.exemplar import Exemplar
from retrieval.rank import Wish
from retrieval.search import HITS, NO_INDEX, NOTHING_GOOD, LetterRetriever, Retriever
from retrieval.settings import RetrievalSettings

ENCODER = WordEncoder()
SETTINGS = RetrievalSettings(threshold=0.4)


class MemoryCollection:
    """A collection that keeps count of what it is asked."""

    def __init__(self, letters: Sequence[DeidentifiedLetter]) -> None:
        self.passages = [passage for each in letters for passage in to_passages(each)]
        self.vectors = ENCODER.encode_passages([passage.text for passage in self.passages])
        self.whole = {each.id: each for each in letters}
        self.asked: list[Mapping[str, str | tuple[str, ...]] | None] = []

    def nearest(
        self, vector: Vectors, limit: int, where: Mapping[str, str | tuple[str, ...]] | None = None
    ) -> list[Hit]:
        self.asked.append(where)
        rows = zip(self.passages, self.vectors @ vector, strict=True)
        hits = [
            Hit(passage.letter_id, passage.position, float(score))
            for passage, score in rows
            if where is None
            or (
                where["language"] == passage.metadata.language
                and passage.metadata.document_type in where.get("document_type", ("letter",))
            )
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def letters(self, letter_ids: Iterable[str]) -> dict[str, StoredLetter]:
        known = [self.whole[each] for each in letter_ids if each in self.whole]
        return {each.id: StoredLetter(each.id, len(each.sections), each.metadata) for each in known}

    def texts(self, letters: Sequence[StoredLetter]) -> dict[str, str]:
        return {each.id: self.whole[each.id].text for each in letters}


BREAST = letter(
    "breast", "breast cancer left.\n\nradiotherapy of the breast", tumour_group="breast"
)
OTHERS = [
    letter("prostate", "prostate cancer.\n\nradiotherapy of the prostate"),
    letter("lung", "lung cancer.\n\nradiotherapy of the lung"),
]


def retriever(collection: MemoryCollection, **settings: Any) -> LetterRetriever:
    return LetterRetriever(
        collection=collection,
        encoder=ENCODER,
        wish=Wish("en", "letter", tumour_group="breast"),
        settings=SETTINGS,
        **settings,
    )


def test_documents_are_whole_letters_and_say_why():
    found = retriever(MemoryCollection([BREAST, *OTHERS])).invoke("breast cancer left.")
    assert found[0].id == "breast"
    assert found[0].page_content == BREAST.text
    assert found[0].metadata["score"] == pytest.approx(1.0, abs=1e-5)
    assert found[0].metadata["metadata"] == LetterMetadata("en", tumour_group="breast")
    assert "same tumour group: breast" in found[0].metadata["reasons"]


def test_letters_that_are_excluded_and_letters_over_the_limit_are_left_out():
    collection = MemoryCollection([BREAST, *OTHERS])
    found = retriever(collection, exclude=frozenset({"breast"}), limit=1).search("lung cancer.")
    assert [document.id for document in found] == ["lung"]


def test_words_decide_between_letters_that_are_alike_and_the_setting_turns_that_off():
    near = letter(
        "near", "breast cancer left.\n\nradiotherapy of the breast", tumour_group="breast"
    )
    same = letter("same", "breast cancer left. more words.\n\ntrastuzumab", tumour_group="breast")
    collection = MemoryCollection([near, same, *OTHERS])
    query = "breast cancer left. trastuzumab"
    search = retriever(collection)
    assert [each.id for each in search.search(query)][:2] == ["same", "near"]
    assert "same words: trastuzumab" in search.search(query)[0].metadata["reasons"]
    told = search.model_copy(update={"words": "pertuzumab trastuzumab"})
    assert "same words: trastuzumab" in told.search("breast cancer left.")[0].metadata["reasons"]
    without = search.model_copy(update={"settings": SETTINGS.model_copy(update={"word_bonus": 0})})
    assert [each.id for each in without.search(query)][:2] == ["near", "same"]


def test_a_filter_is_used_only_where_good_letters_of_another_language_fill_the_hits():
    few = MemoryCollection([BREAST, *OTHERS])
    retriever(few).search("breast cancer left.")
    assert few.asked == [None]
    german = [letter(f"de{n}", "breast cancer left.", "de") for n in range(HITS)]
    fewer = MemoryCollection([*german[: HITS - 4], BREAST])
    found = retriever(fewer, limit=1).search("breast cancer left.")
    assert [document.id for document in found] == ["breast"]
    assert fewer.asked == [None]
    many = MemoryCollection([*german, BREAST])
    found = retriever(many).search("breast cancer left.")
    assert [document.id for document in found] == ["breast"]
    assert many.asked == [None, {"language": "en", "letter_type": "letter"}]


def test_the_filter_asks_for_the_kinds_of_documents_too():
    kinds = ("letter", "discharge letter")
    reports = [letter(f"r{n}", "breast cancer left.", document_type="report") for n in range(HITS)]
    collection = MemoryCollection([*reports, BREAST])
    wish = Wish("en", "letter", kinds)
    found = retriever(collection).model_copy(update={"wish": wish}).search("breast cancer left.")
    assert [document.id for document in found] == ["breast"]
    assert collection.asked[1] == {
        "language": "en", "letter_type": "letter", "document_type": kinds,
    }  # fmt: skip


# --- through a real Chroma ---------------------------------------------------------------------

LETTERS = {
    "2024/breast.txt": "Dear colleague.\n\nBreast cancer left.\n\nRadiotherapy of the left breast.",
    "2024/lung.txt": "Dear colleague.\n\nLung cancer right.\n\nChemotherapy.",
    "2023/brust.txt": "Sehr geehrte Frau Kollegin.\n\nMammakarzinom links mit Bestrahlung.",
}
CASE = Case("Breast cancer left.", "en")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("data")
    archive = tmp_path_factory.mktemp("archive")
    for letter_id, text in LETTERS.items():
        (archive / letter_id).parent.mkdir(exist_ok=True)
        (archive / letter_id).write_text(text)
    server = ChromaServer(data)
    server.start()
    settings = IndexSettings(data_dir=data)
    author = Deidentifier(load_key(data)).pseudonym("Dr. med. Ida Bell")
    stages = PlainStages(authors={"2024/breast.txt": author})
    build(settings, archive=archive, encoder=ENCODER, stages=stages)
    yield data
    server.stop()


@pytest.fixture
def finder(data_dir: Path) -> Iterator[Retriever]:
    with Retriever(IndexSettings(data_dir=data_dir), ENCODER, SETTINGS) as retriever:
        yield retriever


@pytest.mark.loopback
def test_the_letter_that_fits_is_found_whole(finder: Retriever):
    found = finder.find(CASE)
    assert found.note == ""
    assert [each.letter_id for each in found.exemplars] == [code_of("2024/breast.txt")]
    assert found.exemplars[0].text == LETTERS["2024/breast.txt"]


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("case", "wishes", "expected"),
    [
        (CASE, {"exclude": ["2024/breast.txt"]}, []),
        (CASE, {"letter_type": "summary"}, []),
        (CASE, {"pinned": ["2024/lung.txt", "gone.txt"]}, ["2024/lung.txt", "2024/breast.txt"]),
        (CASE, {"pinned": ["2024/breast.txt"]}, ["2024/breast.txt"]),
        (
            CASE,
            {"pinned": [code_of("2024/lung.txt")], "exclude": [code_of("2024/breast.txt")]},
            ["2024/lung.txt"],
        ),
        (Case("Mammakarzinom links mit Bestrahlung.", "de"), {}, ["2023/brust.txt"]),
        (Case("Zahnschmerzen nach Karneval", "de"), {}, []),
        (Case("", "en"), {}, []),
    ],
)
def test_wishes(finder: Retriever, case: Case, wishes: dict[str, object], expected: list[str]):
    found = finder.find(case, **wishes)  # pyright: ignore[reportArgumentType]
    assert [each.letter_id for each in found.exemplars] == [code_of(path) for path in expected]
    assert found.note == ("" if expected else NOTHING_GOOD)


@pytest.mark.loopback
def test_without_an_index_it_says_so(tmp_path: Path):
    found = Retriever(IndexSettings(data_dir=tmp_path / "data"), ENCODER, SETTINGS).find(CASE)
    assert (found.exemplars, found.note) == ((), NO_INDEX)
    assert not (tmp_path / "data").exists()


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("other", "why"),
    [
        (WordEncoder("words-2"), "words words-1 .*not words words-2"),
        (WordEncoder(query_prompt="query: "), "prompt '', not 'query: '"),
    ],
)
def test_an_index_of_another_model_is_refused_with_what_mends_it(
    data_dir: Path, other: WordEncoder, why: str
):
    retriever = Retriever(IndexSettings(data_dir=data_dir), other, SETTINGS)
    for ask in (retriever.warm_up, lambda: retriever.find(CASE)):
        with pytest.raises(StoreError, match=f"{why}.*epikrise index build") as failure:
            ask()
        assert not failure.value.retry


@pytest.mark.loopback
def test_who_signs_is_known_by_pseudonym_with_or_without_titles(finder: Retriever):
    case = render_case(
        CaseDetails.model_validate({"author": "Ida Bell", "diagnosis": {"name": "Breast cancer"}})
    )
    # What was pasted, or chosen from the examples, reaches the search as text alone.
    pasted = Case(case.text, "en")
    asked = [finder.find(case), finder.find(pasted), finder.find(CASE, author="Prof. Dr. Ida Bell")]
    for found in asked:
        assert "same author" in found.exemplars[0].reasons
    assert "same author" not in finder.find(CASE, author="Dr. Tom Miller").exemplars[0].reasons


@pytest.mark.loopback
def test_when_another_thread_closes_the_connection_a_search_fails_as_if_chroma_were_away(
    finder: Retriever,
):
    before = finder.find(CASE)
    store = finder._store  # pyright: ignore[reportPrivateUsage]
    assert store is not None
    store.close()
    with pytest.raises(StoreError, match="can't be reached") as failure:
        finder.find(Case("Lung cancer right.", "en"))
    assert failure.value.retry
    assert finder.find(CASE) == before


def test_the_page_shows_a_letters_code_and_never_a_path():
    named, coded = (
        Exemplar(each, "text", 0.5, (), LetterMetadata("en"))
        for each in ("2024/Arztbrief_Krause_Anna_19500312.txt", code_of("2024/breast.txt"))
    )
    html = exemplars_html([named, coded], "")
    assert "Krause" not in html
    assert coded.letter_id in html


@pytest.mark.loopback
def test_when_chroma_dies_one_search_fails_and_the_next_brings_it_back(
    data_dir: Path, finder: Retriever
):
    before = finder.find(CASE)
    pid = json.loads((data_dir / "chroma.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(StoreError) as failure:
        finder.find(CASE)
    assert failure.value.retry
    assert finder.find(CASE) == before
