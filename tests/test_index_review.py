"""The review: what is shown of a letter, what is kept of a decision, what a build makes of it."""

from __future__ import annotations

import re
import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import index_fakes
import killed
import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_fakes import KEY, WordEncoder, and_the_stent, nothing, review_stages

from index.build import plan_build
from index.catalogue import Catalogue
from index.decisions import Verdict
from index.deidentify import Deidentifier
from index.errors import ArchiveError, ReviewError
from index.letter import Letter
from index.overview import overview
from index.redaction import redacted
from index.residue import why_suspect
from index.review import Suspect, decide, pending
from index.settings import IndexSettings
from index.spans import Label, Span
from index.stages import LetterStages
from index.status import status

pytestmark = pytest.mark.loopback

LETTER = """Dear colleague,

we saw Hanna Krause for follow-up of her breast cancer.

The stent of the type KRAUSE was left in place; Mrs Krause is well.

Kind regards
"""
CLEAR = "Dear colleague,\n\nbreast cancer of the left side.\n"


@dataclass
class Clinic(index_fakes.Clinic[LetterStages]):
    def pending(self) -> tuple[Suspect, ...]:
        return pending(self.settings, stages=self.stages)

    def decide(self, verdict: Verdict, *spans: Span, letter: str = "a.txt") -> Suspect:
        shown = next(each for each in self.pending() if each.letter_id == letter)
        decide(
            self.settings,
            letter,
            shown.content_hash,
            verdict,
            "Dr Admin",
            spans=spans,
            seen=shown.seen,
            stages=self.stages,
        )
        return shown


@pytest.fixture
def clinic(tmp_path: Path, chroma: str) -> Clinic:
    clinic = Clinic(
        IndexSettings(data_dir=tmp_path / "data", chroma_url=chroma),
        tmp_path / "archive",
        review_stages(),
    )
    clinic.write(a=LETTER, b=CLEAR)
    return clinic


@pytest.fixture
def built(clinic: Clinic) -> Clinic:
    report = clinic.build()
    assert (report.new, [each for each, _ in report.in_review]) == (("b.txt",), ["a.txt"])
    return clinic


def test_suspects_are_shown_where_they_stand_and_nothing_of_them_is_stored(built: Clinic) -> None:
    shown = built.pending()
    assert [each.passage[each.start : each.end] for each in shown] == ["KRAUSE", "Krause"]
    assert {each.label for each in shown} == {Label.PATIENT}
    assert {each.why for each in shown} == {
        "It is a part of the name of the letter's patient or of a relative, which was replaced "
        "elsewhere in this letter."
    }
    assert all("Hanna" not in each.passage for each in shown), "what was found is replaced"
    built.decide(Verdict.REDACT)
    for file in built.settings.data_dir.rglob("*"):
        assert not file.is_file() or b"krause" not in file.read_bytes().lower(), file


@pytest.mark.parametrize(
    ("found", "label", "why"),
    [
        ("AB-4711", Label.ID, "It is a number or a code, which"),
        ("ab 4711", Label.ID, "It is a number or a code in other capitals, spaces or hyphens, "),
        ("KRAUSE", Label.PATIENT, "It is a part of the name of the letter's patient or of a "),
        ("Weber", Label.DOCTOR, "It is the name of a physician, which"),
        ("Weber", Label.OTHER, "It is an identifier, which"),
    ],
)
def test_why_a_suspect_is_one(found: str, label: Label, why: str) -> None:
    replaced = [
        ("Hanna Krause", Label.PATIENT), ("AB-4711", Label.ID), ("Weber", Label.DOCTOR),
        ("Weber", Label.OTHER), ("KRAUSE", Label.HOSPITAL),
    ]  # fmt: skip
    told = why_suspect(found, label, replaced)
    assert told.startswith(why)
    assert "Hanna" not in told


def test_a_click_reads_the_letters_that_it_is_about(
    built: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_of_them(*_: object) -> None:
        raise AssertionError("a million letters for one click")

    monkeypatch.setattr(Catalogue, "entries", all_of_them)
    shown = pending(built.settings, letters=["a.txt", "b.txt", "none.txt"], stages=built.stages)
    assert {each.letter_id for each in shown} == {"a.txt"}
    assert built.pending() == shown
    built.decide(Verdict.RELEASE)
    assert built.pending() == ()


def test_a_released_letter_is_indexed_as_it_is(built: Clinic) -> None:
    built.decide(Verdict.RELEASE)
    assert built.pending() == ()
    plan = plan_build(
        built.settings, archive=built.archive, encoder=WordEncoder(), stages=built.stages
    )
    assert (plan.decided, plan.changed, plan.in_review) == ((("a.txt", "release"),), (), ())
    report = built.build()
    assert (report.new, report.unchanged, report.in_review) == (("a.txt",), 1, ())
    text = built.texts()["a.txt"]
    assert "type KRAUSE" in text
    assert "Mrs Krause" in text
    assert "Hanna" not in text
    again = built.build()
    assert (again.new, again.changed, again.unchanged) == ((), (), 2)


def test_a_redacted_letter_is_indexed_without_its_suspects(built: Clinic) -> None:
    built.decide(Verdict.REDACT)
    assert built.build().new == ("a.txt",)
    text = built.texts()["a.txt"]
    assert "krause" not in text.lower()
    surname = re.search(r"we saw \w+ (\w+)", text)
    assert surname is not None
    assert f"Mrs {surname[1]} is well" in text, "one person, one surrogate"


def test_spans_that_are_chosen_are_redacted_and_the_others_released(built: Clinic) -> None:
    text_at = {each.passage[each.start : each.end]: each for each in built.pending()}
    shown = text_at["Krause"]
    kept = shown.passage.index("breast cancer") + shown.at - shown.start
    chosen = Span(kept, kept + len("breast cancer"), Label.OTHER)
    built.decide(Verdict.REDACT, chosen)
    built.build()
    text = built.texts()["a.txt"]
    assert "breast cancer" not in text
    assert "type KRAUSE" in text
    assert "Mrs Krause" in text


def test_an_excluded_letter_never_comes_in(built: Clinic) -> None:
    built.decide(Verdict.EXCLUDE)
    assert [each for each, _ in built.build().excluded] == ["a.txt"]
    assert built.pending() == ()
    built.stages = review_stages(nothing)  # which finds nothing, so no suspect
    built.write(c="Dear colleague,\n\nlung cancer.\n")
    assert built.build().new == ("c.txt",)
    assert built.texts().keys() == {"b.txt", "c.txt"}


def test_a_decision_can_be_changed_until_and_after_the_build(built: Clinic) -> None:
    shown = built.decide(Verdict.EXCLUDE)
    args = (built.settings, "a.txt", shown.content_hash)
    decide(*args, Verdict.RELEASE, "me", stages=built.stages)
    assert built.build().new == ("a.txt",)
    decide(*args, Verdict.EXCLUDE, "me", stages=built.stages)
    assert status(built.settings).decided == (("a.txt", "exclude"),)
    assert built.build().removed == ("a.txt",)
    assert built.texts().keys() == {"b.txt"}


def test_a_letter_that_changes_is_reviewed_anew(built: Clinic) -> None:
    built.decide(Verdict.RELEASE)
    built.build()
    built.write(a=LETTER + "PS: Krause.\n")
    report = built.build()
    assert (report.removed, [each for each, _ in report.in_review]) == (("a.txt",), ["a.txt"])
    assert len(built.pending()) == 3


@pytest.mark.parametrize("sees_more", [False, True])
def test_a_decision_falls_where_a_new_version_sees_something_else(
    built: Clinic, monkeypatch: pytest.MonkeyPatch, sees_more: bool
) -> None:
    built.decide(Verdict.RELEASE)
    built.build()
    monkeypatch.setattr("index.stages.DEIDENTIFIER_VERSION", "next")
    if sees_more:
        built.stages = review_stages(and_the_stent)
    report = built.build()
    assert bool(report.in_review) is sees_more
    assert bool(built.pending()) is sees_more
    assert built.build().changed == (), "and it is not looked at again and again"


def test_what_does_not_fit_is_refused(built: Clinic) -> None:
    shown = built.pending()[0]
    outside = Span(0, 10_000, Label.ID)
    for letter, content_hash, verdict, spans, seen, words in (
        ("b.txt", "", Verdict.RELEASE, (), "", "not in review"),
        ("none.txt", "", Verdict.EXCLUDE, (), "", "not in review"),
        ("a.txt", "0" * 64, Verdict.RELEASE, (), "", "changed meanwhile"),
        ("a.txt", "", Verdict.RELEASE, (), "0" * 64, "changed meanwhile"),
        ("a.txt", "", Verdict.REDACT, (outside,), "", "outside"),
        ("a.txt", "", Verdict.RELEASE, (shown.span,), "", "redacted only"),
    ):
        with pytest.raises(ReviewError, match=words):
            decide(
                built.settings, letter, content_hash, verdict, "me",
                spans=spans, seen=seen, stages=built.stages,
            )  # fmt: skip
    built.stages = review_stages(nothing)
    with pytest.raises(ReviewError, match="looks identifying any more"):
        decide(built.settings, "a.txt", "", Verdict.RELEASE, "me", stages=built.stages)
    assert built.pending() == ()


def test_a_folder_that_is_gone_is_said_and_a_file_that_is_gone_is_passed_over(
    built: Clinic,
) -> None:
    (built.archive / "a.txt").rename(built.archive.parent / "a.txt")
    assert built.pending() == ()
    built.archive.rename(built.archive.parent / "moved")
    with pytest.raises(ArchiveError, match="is not there"):
        built.pending()


def test_the_history_says_who_built_and_from_where(built: Clinic) -> None:
    last = status(built.settings).builds[0]
    assert (last.who, last.archive) == ("me", str(built.archive))


def test_status_and_dry_run_tell_quarantine_review_and_duplicates(built: Clinic) -> None:
    built.write(copy=CLEAR, empty="")
    built.build()
    now = status(built.settings)
    assert [[each for each, _ in group] for group in (now.failed, now.in_review)] == [
        ["empty.txt"],
        ["a.txt"],
    ]
    assert [each for each, _ in now.duplicates] == ["copy.txt"]
    seen = overview(built.settings)
    same = ("active", "previous", "letters", "passages", "kept_whole", "unfinished", "builds")
    assert [getattr(now, name) for name in same] == [getattr(seen, name) for name in same]
    for name in ("failed", "in_review", "duplicates", "excluded"):
        assert len(getattr(now, name)) == getattr(seen, name)
    built.decide(Verdict.EXCLUDE)
    now = status(built.settings)
    assert (now.in_review, now.decided) == ((), (("a.txt", "exclude"),))
    plan = plan_build(
        built.settings, archive=built.archive, encoder=WordEncoder(), stages=built.stages
    )
    assert [each for each, _ in plan.quarantined] == ["empty.txt"]
    built.build()
    assert [each for each, _ in status(built.settings).excluded] == ["a.txt"]


@pytest.mark.parametrize("after", ["decided", "indexing"])
def test_a_kill_between_the_decision_and_the_end_of_the_build_loses_neither(
    built: Clinic, after: str
) -> None:
    settings = built.settings
    process, told = killed.begin(
        killed.decide_and_build, settings.model_copy(update={"archive": built.archive})
    )
    assert after in killed.words(told)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert built.texts().keys() == {"b.txt"}, "what was active is still active"
    assert status(settings).decided == (("a.txt", "redact"),)
    report = built.build()
    assert (report.new, report.unchanged, report.in_review) == (("a.txt",), 1, ())
    assert "krause" not in built.texts()["a.txt"].lower()


def test_what_a_broken_off_build_found_can_be_decided_on(clinic: Clinic) -> None:
    """Here nothing is indexed yet: all that is known of the letters is what that build noted."""
    (clinic.archive / "b.txt").unlink()
    with pytest.raises(ArchiveError, match="None of the 1 files"):
        clinic.build()
    shown = pending(clinic.settings, archive=clinic.archive, stages=clinic.stages)[0]
    decide(
        clinic.settings, "a.txt", shown.content_hash, Verdict.RELEASE, "me",
        archive=clinic.archive, stages=clinic.stages,
    )  # fmt: skip
    assert clinic.build().new == ("a.txt",)


def test_a_catalogue_of_the_version_before_is_brought_up_to_date(built: Clinic) -> None:
    before = built.texts()
    with closing(sqlite3.connect(built.settings.data_dir / "index.sqlite3")) as db:
        db.execute("ALTER TABLE letter DROP COLUMN decision")
        db.execute("ALTER TABLE build DROP COLUMN who")
        db.execute("ALTER TABLE build DROP COLUMN archive")
        db.execute("DROP TABLE decision")
    assert built.texts() == before
    assert status(built.settings).builds[0].who == ""
    with pytest.raises(ArchiveError, match="not known where"):
        built.pending()
    assert built.build().unchanged == 1
    assert built.pending()


# --- spans in the de-identified text, and where they come from -----------------------------------

WORDS = st.lists(st.sampled_from(["Hanna", "Krause", "Weber", "stent", "left", "in", "2"]))


def every_name(text: str, _: object) -> tuple[Span, ...]:
    """The names but for each second one."""
    names = list(re.finditer("Hanna|Krause|Weber", text))[::2]
    return tuple(Span(*name.span(), Label.PATIENT) for name in names)


@given(words=WORDS, data=st.data())
def test_a_span_of_the_result_is_redacted_where_it_comes_from(
    words: list[str], data: st.DataObject
) -> None:
    letter = Letter("a.txt", "we saw " + " ".join(words), "en")
    deidentifier = Deidentifier(KEY, every_name)
    seen = deidentifier.review(letter)
    length = len(seen.letter.text)
    start = data.draw(st.integers(0, length - 1))
    chosen = Span(start, data.draw(st.integers(start + 1, length)), Label.OTHER)
    done = redacted(deidentifier, letter, seen, (chosen,)).replaced
    shown, covered = chosen.of(seen.letter.text), [span.of(letter.text) for span in done.spans]
    if not any(w.start < chosen.end and chosen.start < w.end for w in seen.replaced.written):
        assert any(shown in each for each in covered)
    kept = [
        span
        for span in seen.replaced.spans
        if not any(span.start < new.end and new.start < span.end for new in done.spans)
    ]
    assert kept == [], "what was found stays replaced"


@given(words=WORDS)
def test_after_a_redaction_nothing_is_left(words: list[str]) -> None:
    letter = Letter("a.txt", "we saw " + " ".join(words), "en")
    deidentifier = Deidentifier(KEY, every_name)
    seen = deidentifier.review(letter)
    done = redacted(deidentifier, letter, seen, ())
    assert done.residue == ()
    suspects = {span.of(seen.letter.text).lower() for span in seen.residue}
    assert not suspects & set(done.letter.text.lower().split())
