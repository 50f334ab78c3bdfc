"""Two copies of one letter that are not the same to the byte: in another format, in other lines."""

from __future__ import annotations

import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from index_fakes import Clinic, WordEncoder, nothing, review_stages
from test_index_importers_source import pdf

from index.build import build, plan_build
from index.catalogue import Catalogue
from index.decisions import Verdict
from index.entries import State
from index.errors import BuildStopped
from index.pipeline import Progress
from index.review import decide
from index.same_text import without_layout
from index.settings import IndexSettings
from index.stages import LetterStages

LINES = (
    "Dear colleague,",
    "we saw her for follow-up of her breast cancer on 12.03.2021.",
    "The left breast was irradiated with 50.4 Gy in 28 fractions.",
    "Kind regards",
)
TEXT = "\n".join(LINES)
OTHER = TEXT.replace("50.4 Gy", "504 Gy")


def docx() -> bytes:
    document = Document()
    for line in LINES:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


COPIES = {
    "letter.docx": docx(),
    "letter.pdf": pdf(TEXT),
    "letter (copy).rtf": b"{\\rtf1\\ansi " + "\\par ".join(LINES).encode() + b"}",
    "letter.txt": TEXT.encode("utf-16"),
    "wrapped.txt": re.sub(r"(.{30}) ", r"\1\n   ", TEXT).encode(),
}

# --- the text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Bestrahlung mit 50,4 Gy", "Bestrah-\nlung  mit\r\n50,4\u00a0Gy", True),
        ("Radio-Chemotherapie", "Radio-\nChemotherapie", True),
        ("in\ufb01ltration", "infiltration", True),
        ("Diagnosen:\nHypertonie", "Diagnosen:\n• Hypertonie", True),
        ("M\u00fcller", "Mu\u0308ller", True),
        ("ER +, HER2 -", "ER +, HER2 +", False),
        ("1.5 Gy", "15 Gy", False),
        ("pT1 N0", "pT1 N1", False),
        ("-1", "1", False),
    ],
)
def test_two_texts_are_the_same_but_for_their_layout(one: str, other: str, same: bool) -> None:
    assert (without_layout(one) == without_layout(other)) is same


words = st.lists(
    st.from_regex(r"[a-zäöüß]{1,6}|[0-9]{1,3}[.,][0-9]|[+<>]", fullmatch=True), min_size=1
)
spaces = st.lists(st.sampled_from([" ", "\n", "\t", "  ", "\r\n", "\u00a0"]), min_size=1)


@given(words=words, spaces=spaces)
def test_white_space_counts_for_nothing_and_words_for_all(
    words: list[str], spaces: list[str]
) -> None:
    spread = "".join(word + spaces[n % len(spaces)] for n, word in enumerate(words))
    assert without_layout(spread) == without_layout(" ".join(words)) == "".join(words)


# --- the build -----------------------------------------------------------------------------------


@pytest.fixture
def clinic(tmp_path: Path, chroma: str) -> Clinic[LetterStages]:
    settings = IndexSettings(data_dir=tmp_path / "data", chroma_url=chroma, build_block=1)
    (tmp_path / "archive").mkdir()
    return Clinic(settings, tmp_path / "archive", review_stages(nothing))


def put(clinic: Clinic[LetterStages], *names: str) -> None:
    for name in names:
        (clinic.archive / name).write_bytes(COPIES[name])


@pytest.mark.loopback
def test_copies_in_every_format_are_one_letter(clinic: Clinic[LetterStages]) -> None:
    put(clinic, *COPIES)
    clinic.write(other=OTHER)
    first = clinic.build()
    assert first.new == ("letter (copy).rtf", "other.txt")
    wanted = [name for name in sorted(COPIES) if name != "letter (copy).rtf"]
    assert first.duplicates == tuple((each, "The same as letter (copy).rtf.") for each in wanted)
    assert clinic.texts().keys() == {"letter (copy).rtf", "other.txt"}
    plan = plan_build(
        clinic.settings, archive=clinic.archive, encoder=clinic.encoder, stages=clinic.stages
    )
    assert (plan.todo, [each.id for each in plan.duplicates]) == ((), wanted)
    again = clinic.build()
    assert (again.new, again.removed, again.unchanged) == ((), (), 2)
    assert again.duplicates == first.duplicates
    stored = b"".join(f.read_bytes() for f in clinic.settings.data_dir.iterdir() if f.is_file())
    assert b"irradiated" not in stored


@pytest.mark.loopback
@pytest.mark.parametrize("gone", [True, False], ids=["removed", "changed"])
def test_what_was_a_copy_comes_in_when_the_first_one_leaves(
    clinic: Clinic[LetterStages], gone: bool
) -> None:
    put(clinic, "letter.pdf", "letter.txt")
    assert clinic.build().new == ("letter.pdf",)
    (clinic.archive / "letter.pdf").unlink()
    if not gone:
        (clinic.archive / "letter.pdf").write_bytes(pdf("Another letter."))
    report = clinic.build()
    assert report.duplicates == ()
    expected = {"letter.txt"} if gone else {"letter.pdf", "letter.txt"}
    assert clinic.texts().keys() == expected


@pytest.mark.loopback
def test_the_copy_that_is_in_the_index_stays_in_it(
    clinic: Clinic[LetterStages], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(clinic, "wrapped.txt")
    clinic.build()
    put(clinic, "letter.pdf")
    assert clinic.build().duplicates == (("letter.pdf", "The same as wrapped.txt."),)
    monkeypatch.setattr("index.stages.PARSER_VERSION", "next")
    report = clinic.build()
    assert (report.changed, report.removed) == (("wrapped.txt",), ())
    assert report.duplicates == (("letter.pdf", "The same as wrapped.txt."),)
    wrapped = (clinic.archive / "wrapped.txt").read_text()
    (clinic.archive / "wrapped.txt").write_text(wrapped + "\n\n")
    assert clinic.build().duplicates == report.duplicates, "it changed in its white space alone"


@pytest.mark.loopback
@pytest.mark.parametrize("verdict", [Verdict.RELEASE, Verdict.EXCLUDE])
def test_what_is_decided_on_a_letter_holds_for_its_copies(
    clinic: Clinic[LetterStages], verdict: Verdict
) -> None:
    clinic.stages = review_stages()
    text = "Dear colleague,\nwe saw Hanna Krause. The stent of Mrs Krause is left."
    clinic.write(first=text, second=text.replace(" ", "  "), other=OTHER)
    assert [each for each, _ in clinic.build().in_review] == ["first.txt"]
    decide(clinic.settings, "first.txt", "", verdict, "me", stages=clinic.stages)
    for again in range(2):
        clinic.write(other=f"{OTHER} {again}")
        report = clinic.build()
        assert (report.in_review, [each for each, _ in report.duplicates]) == ((), ["second.txt"])
    assert ("first.txt" in clinic.texts()) is (verdict is Verdict.RELEASE)


@pytest.mark.loopback
def test_a_build_that_goes_on_tells_copies_of_what_it_had_stored(
    clinic: Clinic[LetterStages],
) -> None:
    put(clinic, "letter.docx", "letter.pdf", "letter.txt")

    def ending(progress: Progress) -> None:
        if progress.done == 2 and progress.step == "indexing":
            raise BuildStopped

    def stopped() -> None:
        with pytest.raises(BuildStopped):
            build(
                clinic.settings,
                ending,
                archive=clinic.archive,
                encoder=WordEncoder(),
                stages=clinic.stages,
            )

    stopped()
    clinic.write(a="Another letter.")
    stopped()
    (clinic.archive / "letter.docx").unlink()
    report = clinic.build()
    assert report.new == ("a.txt", "letter.pdf")
    assert report.duplicates == (("letter.txt", "The same as letter.pdf."),)
    assert clinic.texts().keys() == {"a.txt", "letter.pdf"}


@pytest.mark.loopback
def test_a_catalogue_without_codes_of_texts_is_brought_up_to_date(
    clinic: Clinic[LetterStages], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.stages.PARSER_VERSION", "before")
    put(clinic, "letter.pdf", "letter.txt")
    clinic.build()
    with closing(sqlite3.connect(clinic.settings.data_dir / "index.sqlite3")) as db, db:
        db.execute("UPDATE letter SET state = 'indexed'")
        db.execute("ALTER TABLE letter DROP COLUMN text_code")
        db.execute("ALTER TABLE build DROP COLUMN spans")
    monkeypatch.undo()
    assert [build.spans for build in Catalogue(clinic.settings.data_dir).builds()] == [{}]
    report = clinic.build()
    assert (report.changed, report.removed) == (("letter.pdf",), ("letter.txt",))
    entries = Catalogue(clinic.settings.data_dir).entries(
        Catalogue(clinic.settings.data_dir).active()
    )
    codes = {entry.text_code for entry in entries.values()}
    assert len(codes) == 1
    assert "" not in codes
    assert {each.state for each in entries.values()} == {State.INDEXED, State.DUPLICATE}
