"""The admin's tab without a browser: builds seen and stopped, files and letters page by page."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, cast

import gradio as gr
import pytest
from index_fakes import WordEncoder, review_stages
from page_fakes import REQUEST

from assistant import archive_desk, audit
from assistant.accounts import Role, User
from assistant.archive_desk import ArchiveDesk
from assistant.building import Pace
from assistant.database import Database, open_database
from assistant.page import archive, archive_html
from assistant.page.archive import ArchiveHandlers
from assistant.page.archive_layout import ArchiveParts
from assistant.records import AuditRecord
from index import review
from index.archive import content_hash
from index.build_report import BuildReport
from index.catalogue import Catalogue
from index.decisions import Verdict
from index.entries import BuildRecord, Entry, State, Versions
from index.errors import StoreError
from index.pipeline import Progress, Report
from index.settings import IndexSettings
from index.stages import LetterStages

LETTER = "Dear colleague,\n\nwe saw Hanna Krause.\n\nThe stent KRAUSE <b> was left in place.\n"
REPORT = BuildReport(("a",), (), (), 0, (), (), (), (), 1, 1.0, {"DATE": 1000, "PATIENT": 250})


@dataclass
class Work:
    """A build that goes on when it is told to."""

    settings: IndexSettings
    go_on: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None

    def build(
        self, _settings: IndexSettings, progress: Report, *, archive: Path, who: str, **_: object
    ) -> BuildReport:
        progress(Progress("indexing", 0, 90))
        progress(Progress("indexing", 30, 90))
        self.begun.set()
        assert self.go_on.wait(10)
        progress(Progress("indexing", 60, 90))
        if self.error:
            raise self.error
        finish(self.settings, who, str(archive))
        return REPORT


def finish(settings: IndexSettings, who: str, folder: str, *entries: Entry) -> None:
    """What a build leaves in the catalogue."""
    catalogue = Catalogue(settings.data_dir)
    number = len(catalogue.builds()) + 1
    done = BuildRecord(
        f"letters-{number}", "2026-03-01T09:30:00+00:00", 1, 0, 0, 0, 0, 0, 1, 1.0, who, folder,
        {} if entries else {"DATE": 1200, "PATIENT": 300},
    )  # fmt: skip
    catalogue.switch(done, entries)


def entry(id_: str, state: State, reason: str = "", hash_: str = "h") -> Entry:
    return Entry(id_, hash_, Versions("1", "1", "1"), state, reason)


@dataclass
class Tab:
    """The tab as Gradio keeps it: a value for each component."""

    handlers: ArchiveHandlers
    parts: ArchiveParts
    values: dict[Any, Any] = field(default_factory=dict[Any, Any])

    def take(self, updates: dict[Any, Any]) -> None:
        for part, update in updates.items():
            if isinstance(update, dict):
                for name, value in cast("dict[str, Any]", update).items():
                    self.values[f"{part}.{name}"] = value
            else:
                self.values[part] = update

    async def follow(self, steps: AsyncGenerator[dict[Any, Any], None]) -> None:
        async for updates in steps:
            self.take(updates)

    def decide(self, shown: review.Suspect, verdict: str, **more: object) -> None:
        given = {
            "letter": shown.letter_id,
            "hash": shown.content_hash,
            "seen": shown.seen,
            "verdict": verdict,
            "page": 0,
            "all": True,
            "spans": [],
        }
        self.take(self.handlers.decide(gr.EventData(None, given | more), REQUEST))

    def __getitem__(self, part: str) -> str:
        return str(self.values.get(part, ""))


@dataclass
class Site:
    settings: IndexSettings
    database: Database
    desk: ArchiveDesk
    work: Work
    user: User

    def tab(self) -> Tab:
        """Opened anew, as by another browser."""
        names: Any = {field.name: field.name for field in fields(ArchiveParts)}
        parts = ArchiveParts(**names)
        return Tab(ArchiveHandlers(self.desk, parts), parts)

    def asking(self, _: object) -> User:
        return self.user

    def trail(self) -> list[tuple[str, str, str, str]]:
        with self.database.read() as session:
            assert audit.first_broken_row(session) is None
            rows = session.query(AuditRecord).order_by(AuditRecord.id)
            return [(row.user, row.action, row.object, row.sha256) for row in rows]

    def actions(self) -> list[tuple[str, str]]:
        return [(user, action) for user, action, *_ in self.trail()]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    folder = tmp_path / "letters"
    folder.mkdir()
    settings = IndexSettings(data_dir=tmp_path / "data", archive=folder)
    settings.data_dir.mkdir()
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    work = Work(settings)
    desk = ArchiveDesk(settings, WordEncoder(), database)
    site = Site(settings, database, desk, work, User(1, "anna", Role.ADMIN))
    monkeypatch.setattr(archive_desk, "build_in_own_process", work.build)
    monkeypatch.setattr(archive, "asking", site.asking)
    monkeypatch.setattr(archive, "_LOOK_S", 0.01)
    monkeypatch.setattr(LetterStages, "of", quick_stages)
    yield site
    work.go_on.set()
    desk.close()
    database.close()


def quick_stages(*_: object) -> LetterStages:
    return review_stages()


async def test_what_a_build_of_another_process_replaced_is_shown(site: Site) -> None:
    finish(site.settings, "berta", "/letters")
    finish(site.settings, "berta", "/letters", entry("a.txt", State.INDEXED))  # replaces nothing
    tab = site.tab()
    await tab.follow(tab.handlers.show("", REQUEST))
    assert "of the build of 01 Mar 2026, 09:30 UTC" in tab["report"]
    assert re.search(r">DATE<.*>1,200<.*width:100.*>PATIENT<.*>300<.*width:25", tab["report"])
    assert tab["history"].count("1,500 identifiers replaced") == 1
    told = site.tab()
    await told.follow(told.handlers.show("of a dry run", REQUEST))
    assert told["report"] == "", "it does not take the place of what was told"


# --- builds ------------------------------------------------------------------------------------


async def test_a_build_is_seen_by_all_admins_until_its_end(site: Site) -> None:
    first, second = site.tab(), site.tab()
    steps = first.handlers.build("/letters of <Krause>", REQUEST)
    first.take(await anext(steps))
    assert site.work.begun.wait(10)
    first.take(await anext(steps))
    assert "30 of 90 letters" in first["progress"]
    assert first["build.interactive"] == "False"

    site.user = replace(site.user, name="berta")
    other = second.handlers.show("", REQUEST)
    for _ in range(3):
        second.take(await anext(other))
    assert "30 of 90 letters" in second["progress"]
    assert "Begun by anna" in second["progress"]
    # Pressing Build as well shows the one that runs.
    third = site.tab()
    joined = third.handlers.build("", REQUEST)
    for _ in range(2):
        third.take(await anext(joined))
    assert "Begun by anna" in third["progress"]

    site.work.go_on.set()
    for tab, rest in ((first, steps), (second, other), (third, joined)):
        await tab.follow(rest)
        assert "Done in" in tab["report"]
        assert (tab["progress"], tab["stop.visible"]) == ("", "False")
        assert tab["build.interactive"] == "True"
        assert "<td>anna</td><td>built: 1 new" in tab["history"]
        assert re.search(r">DATE<.*>1,000<.*width:100.*>PATIENT<.*>250<.*width:25", tab["report"])
    # Whoever comes back later sees what it did, but not instead of a dry run.
    late, asked = site.tab(), site.tab()
    await late.follow(late.handlers.show("", REQUEST))
    assert "Done in" in late["report"]
    await asked.follow(asked.handlers.show("A build would find", REQUEST))
    assert asked["report"] == ""
    assert site.actions() == [("anna", "build.started"), ("anna", "build.finished")]
    assert "Krause" not in str(site.trail())


async def test_who_stops_a_build_is_told_and_kept(site: Site) -> None:
    tab = site.tab()
    steps = tab.handlers.build("", REQUEST)
    tab.take(await anext(steps))
    assert site.work.begun.wait(10)
    site.user = replace(site.user, name="<berta>")
    tab.take(tab.handlers.stop(REQUEST))
    assert "Stopped by &lt;berta&gt;" in tab["progress"]
    assert tab["stop.interactive"] == "False"
    site.work.go_on.set()
    await tab.follow(steps)
    assert "The build was stopped: the index is as it was." in tab["report"]
    assert "<td>&lt;berta&gt;</td><td>stopped a build</td>" in tab["history"]
    ended = [("<berta>", "build.stop_asked"), ("<berta>", "build.stopped")]
    assert site.actions() == [("anna", "build.started"), *ended]
    # Nothing runs any more: nothing is stopped.
    tab.take(tab.handlers.stop(REQUEST))
    assert len(site.trail()) == 3


async def test_the_end_of_the_program_ends_a_build(site: Site) -> None:
    steps = site.tab().handlers.build("", REQUEST)
    await anext(steps)
    assert site.work.begun.wait(10)
    closing = threading.Thread(target=site.desk.close)
    closing.start()
    building = site.desk.building(site.user)
    assert building
    for _ in range(500):
        if building.stopped_by:
            break
        time.sleep(0.01)
    site.work.go_on.set()
    closing.join(10)
    assert not building.runs
    assert site.actions()[-1][1] == "build.stopped"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreError("The disk is full <b>.", "Free some."), "The disk is full &lt;b&gt;."),
        (RuntimeError("Krause"), "fault of the program"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_build_that_breaks_off_says_why(site: Site, error: Exception, words: str) -> None:
    site.work.error = error
    site.work.go_on.set()
    tab = site.tab()
    await tab.follow(tab.handlers.build("", REQUEST))
    assert words in tab["report"]
    assert "Krause" not in tab["report"]
    assert "a build broke off" in tab["history"]
    assert tab["build.interactive"] == "True"


def test_no_rule_that_hides_is_widened_by_gradio() -> None:
    """It puts its prefix behind each comma: `:not(:has(h3, p))` then hides what has a p, too."""
    style = resources.files("assistant") / "page" / "style.css"
    assert not re.findall(r":not\([^{}\s]*\([^()]*,", style.read_text(encoding="utf-8"))


async def test_another_role_gets_nothing(site: Site) -> None:
    site.user = replace(site.user, role=Role.PHYSICIAN)
    tab = site.tab()
    for steps in (tab.handlers.build("", REQUEST), tab.handlers.show("", REQUEST)):
        with pytest.raises(gr.Error, match="role admin"):
            await anext(steps)
    page = gr.EventData(None, {"page": 0})
    handlers = tab.handlers
    for step in (
        partial(handlers.dry_run, ""),
        handlers.stop,
        partial(handlers.rollback, True),
        partial(handlers.search, ""),
        partial(handlers.turn_files, "", page),
        partial(handlers.turn_review, page),
    ):
        with pytest.raises(gr.Error, match="role admin"):
            step(request=REQUEST)
    shown = review.Suspect("a", "b", "c", "en", "d", 0, 1, 0, review.Label.ID, "")
    with pytest.raises(gr.Error, match="role admin"):
        tab.decide(shown, "release")
    assert site.trail() == []


def test_a_dry_run_counts_and_leaves_a_row(site: Site) -> None:
    assert site.settings.archive
    (site.settings.archive / "a.txt").write_text("Breast cancer.")
    tab = site.tab()
    tab.take(tab.handlers.dry_run("", REQUEST))
    assert "<b>1</b> new" in tab["report"]
    given = audit.sha256_of(str(site.settings.archive))
    assert site.trail() == [("anna", "archive.compared", "", given)]
    with pytest.raises(gr.Error, match="nowhere"):
        tab.handlers.dry_run("/nowhere", REQUEST)


def test_going_back_asks_before_and_says_who(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def back(settings: IndexSettings) -> str:
        return Catalogue(settings.data_dir).rollback()

    monkeypatch.setattr(archive_desk, "rollback", back)
    finish(site.settings, "anna", "")
    finish(site.settings, "", "")
    tab = site.tab()
    tab.take(tab.handlers.rollback(False, REQUEST))
    assert Catalogue(site.settings.data_dir).active() == "letters-2"
    tab.take(tab.handlers.rollback(True, REQUEST))
    assert Catalogue(site.settings.data_dir).active() == "letters-1"
    assert site.trail() == [("anna", "index.rolled_back", "letters-1", "")]
    assert "<td>anna</td><td>went back to the index before</td>" in tab["history"]
    assert tab["history"].count("active now") == 1
    assert "<td>–</td><td>built" in tab["history"]  # a build from before there were names


@pytest.mark.parametrize(
    ("progress", "seconds", "words"),
    [
        (Progress("indexing", 0, 100), 50, "0 of 100 letters</p>"),
        (Progress("indexing", 10, 100), 0.5, "10 of 100 letters</p>"),
        (Progress("indexing", 10, 100), 4, "10 of 100 letters · 2.5 letters a second · 36 s left"),
        (Progress("indexing", 5000, 1_000_000), 100, "50 letters a second · 5 h 32 min left"),
        (Progress("comparing", 100, 100), 4, "100 of 100 files</p>"),
        (Progress("checking", 0, 1), 9, "with queries</b></p>"),
    ],
)
def test_the_pace_is_told_once_it_is_known(progress: Progress, seconds: float, words: str) -> None:
    shown = archive_html.progress_html(Pace(progress, seconds), "<anna>", "")
    assert words in shown
    assert "&lt;anna&gt;" in shown


# --- files and letters -------------------------------------------------------------------------


def test_files_are_found_by_name_and_reason_and_turned_page_by_page(site: Site) -> None:
    damaged = [entry(f"{n:03} <b>.pdf", State.FAILED, "Damaged.") for n in range(120)]
    empty = entry("Übung.txt", State.FAILED, "The file is empty.")
    finish(site.settings, "anna", "", *damaged, empty, entry("good.txt", State.INDEXED))
    tab = site.tab()

    def turn(page: object, containing: str = "") -> str:
        event = gr.EventData(None, {"page": page})
        tab.take(tab.handlers.turn_files(containing, event, REQUEST))
        return tab["files"]

    assert "1 to 50 of 121 files" in turn(0)
    assert "000 &lt;b&gt;.pdf" in turn(0)
    assert "good.txt" not in turn(0)
    assert "51 to 100 of 121 files" in turn(1)
    assert 'data-turn="0"' in turn(1)
    assert "101 to 121 of 121 files" in turn(2)
    assert 'data-turn="3"' not in turn(2)
    assert turn(99) == turn(2)  # the list became shorter meanwhile
    assert turn(-1) == turn(0)
    for words in ("übung", "ÜBUNG", "file is EMPTY"):
        tab.take(tab.handlers.search(words, REQUEST))
        assert "Übung.txt" in tab["files"]
        assert "1 file<" in tab["files"]
    tab.take(tab.handlers.search("%", REQUEST))
    assert "No such file." in tab["files"]
    for strange in (None, "x"):
        with pytest.raises(gr.Error):
            turn(strange)


def in_review(site: Site, count: int = 1) -> None:
    assert site.settings.archive
    entries: list[Entry] = []
    for number in range(count):
        name = f"{number:02}.txt"
        data = f"{LETTER}{number}".encode()
        (site.settings.archive / name).write_bytes(data)
        entries.append(entry(name, State.IN_REVIEW, "suspect", content_hash(data)))
    finish(site.settings, "anna", str(site.settings.archive), *entries)


async def test_a_letter_in_review_is_shown_marked_and_decided_on(site: Site) -> None:
    in_review(site)
    tab = site.tab()
    await tab.follow(tab.handlers.show("", REQUEST))
    assert "<mark>KRAUSE</mark> &lt;b&gt; was left" in tab["review"]
    assert "Hanna" not in tab["review"]
    assert "Release" in tab["review"]
    shown = review.pending(site.settings)[0]
    tab.decide(shown, "release")
    assert "<b>Released</b> by anna" in tab["review"]
    assert "KRAUSE" not in tab["review"]
    assert "released a letter in review" in tab["history"]
    site.user = replace(site.user, name="berta")
    tab.decide(shown, "exclude")
    assert "<b>Excluded</b> by berta" in tab["review"]
    kept = Catalogue(site.settings.data_dir).decisions()[shown.content_hash]
    assert (kept.verdict, kept.who) == (Verdict.EXCLUDE, "berta")
    assert site.trail() == [
        ("anna", "letter.released", shown.content_hash, shown.seen),
        ("berta", "letter.excluded", shown.content_hash, shown.seen),
    ]


def test_what_is_ticked_is_redacted(site: Site) -> None:
    in_review(site)
    shown = review.pending(site.settings)[0]
    tab = site.tab()
    with pytest.raises(gr.Error, match="Nothing is ticked"):
        tab.decide(shown, "redact", all=False)
    span = f"{shown.at} {shown.at + 6} PATIENT"
    tab.decide(shown, "redact", all=False, spans=[span])
    assert "<b>To be redacted</b> by anna" in tab["review"]
    (kept,) = Catalogue(site.settings.data_dir).decisions().values()
    assert kept.spans == (shown.span,)


def test_a_decision_that_is_none_of_ours_or_comes_too_late_is_refused(site: Site) -> None:
    in_review(site)
    shown = review.pending(site.settings)[0]
    tab = site.tab()
    for verdict, more in (
        ("publish", {}),
        ("redact", {"all": False, "spans": ["1 2"]}),
        ("redact", {"all": False, "spans": ["1 2 SHOE"]}),
        ("release", {"page": None}),
        ("release", {"hash": "another"}),
        ("release", {"seen": "another"}),
        ("release", {"letter": "another"}),
    ):
        with pytest.raises(gr.Error):
            tab.decide(shown, verdict, **more)
    with pytest.raises(gr.Error):
        tab.handlers.decide(gr.EventData(None, None), REQUEST)
    assert Catalogue(site.settings.data_dir).decisions() == {}
    assert site.trail() == []


def test_letters_in_review_are_turned_page_by_page(site: Site) -> None:
    in_review(site, 13)
    tab = site.tab()
    tab.take(tab.handlers.turn_review(gr.EventData(None, {"page": 1}), REQUEST))
    assert "11 to 13 of 13 letters" in tab["review"]
    assert tab["review"].count("<h4>") == 3


async def test_an_archive_that_is_not_there_hides_the_review_alone(site: Site) -> None:
    in_review(site)
    assert site.settings.archive
    site.settings.archive.rename(site.settings.archive.with_name("elsewhere"))
    tab = site.tab()
    await tab.follow(tab.handlers.show("", REQUEST))
    assert "is not there" in tab["review"]
    assert "1</b> in review" in tab["status"]
