"""The catalogue, the plan that is made with it, the inventory and the key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalogue import Catalogue
from index.entries import BuildRecord, Entry, State, Versions
from index.errors import ArchiveError, SettingsError, StoreError
from index.inventory import take_inventory
from index.key import load_key
from index.plan import compare

NOW = Versions("p1", "d1", "e1")


def entry(
    letter_id: str, content: str = "a", state: State = State.INDEXED, **kw: Versions
) -> Entry:
    return Entry(letter_id, content, kw.get("versions", NOW), state, passages=2)


def record(collection: str) -> BuildRecord:
    return BuildRecord(collection, "2026-01-01T00:00:00+00:00", 1, 0, 0, 0, 0, 0, 2, 0.5)


# --- catalogue ---------------------------------------------------------------------------------


def test_before_the_first_build_there_is_nothing_and_asking_writes_nothing(tmp_path: Path):
    catalogue = Catalogue(tmp_path / "data")
    assert (catalogue.active(), catalogue.previous()) == ("", "")
    assert not (tmp_path / "data").exists()


def test_each_switch_keeps_the_collection_before_and_no_older_one(tmp_path: Path):
    catalogue = Catalogue(tmp_path)
    for number in (1, 2, 3):
        catalogue.switch(record(f"letters-{number}"), [entry(f"letter-{number}")])
    assert (catalogue.active(), catalogue.previous()) == ("letters-3", "letters-2")
    assert catalogue.entries("letters-1") == {}
    assert catalogue.entries("letters-2") == {"letter-2": entry("letter-2")}
    assert [build.collection for build in catalogue.builds(2)] == ["letters-3", "letters-2"]


def test_a_build_that_left_the_collection_as_it_was_only_renews_its_letters(tmp_path: Path):
    catalogue = Catalogue(tmp_path)
    catalogue.switch(record("letters-1"), [entry("a")])
    catalogue.switch(record("letters-2"), [entry("b")])
    catalogue.switch(record("letters-2"), [entry("c")])
    assert (catalogue.active(), catalogue.previous()) == ("letters-2", "letters-1")
    assert set(catalogue.entries("letters-2")) == {"c"}
    assert set(catalogue.entries("letters-1")) == {"a"}


def test_rollback_twice_is_no_rollback(tmp_path: Path):
    catalogue = Catalogue(tmp_path)
    catalogue.switch(record("letters-1"), [entry("a")])
    with pytest.raises(StoreError, match="no earlier index"):
        catalogue.rollback()
    catalogue.switch(record("letters-2"), [entry("b")])
    assert catalogue.rollback() == "letters-1"
    assert set(catalogue.entries(catalogue.active())) == {"a"}
    assert catalogue.rollback() == "letters-2"


def test_a_switch_that_fails_leaves_everything_as_it_was(tmp_path: Path):
    catalogue = Catalogue(tmp_path)
    catalogue.switch(record("letters-1"), [entry("a")])
    with pytest.raises(StoreError):
        catalogue.switch(record("letters-2"), [entry("b"), entry("b")])
    assert (catalogue.active(), catalogue.previous()) == ("letters-1", "")
    assert set(catalogue.entries("letters-1")) == {"a"}


def test_letters_of_a_collection_are_known_by_path_and_by_code(tmp_path: Path):
    catalogue = Catalogue(tmp_path)
    indexed = [Entry(f"{each}.txt", "h", NOW, State.INDEXED, "", 1, f"c{each}") for each in "ab"]
    failed = Entry("f.txt", "h", NOW, State.FAILED, "refused")
    catalogue.switch(record("letters-1"), [*indexed, failed])
    assert catalogue.entries("letters-1") == {each.id: each for each in [*indexed, failed]}
    wanted = ["b.txt", "ca", "f.txt", "gone.txt", ""]
    assert catalogue.codes("letters-1", wanted) == ["cb", "ca"]
    assert catalogue.codes("letters-0", wanted) == []


def test_two_data_folders_never_share_a_prefix(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = Catalogue(tmp_path / "one"), Catalogue(tmp_path / "two")
    assert one.own_prefix() == Catalogue(tmp_path / "one").own_prefix()
    assert one.own_prefix() != two.own_prefix()


def test_a_damaged_catalogue_is_a_store_error(tmp_path: Path):
    (tmp_path / "index.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="catalogue"):
        Catalogue(tmp_path).active()


# --- plan --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "found", "unread", "expected"),
    [
        (None, "a", None, "new"),
        (entry("x"), "a", None, "kept"),
        (entry("x"), "b", None, "changed"),
        (entry("x", versions=Versions("p1", "d1", "e2")), "a", None, "changed"),
        (entry("x", versions=Versions("p2", "d1", "e1")), "a", None, "changed"),
        (entry("x", state=State.FAILED), "a", None, "kept"),
        (entry("x", state=State.FAILED), "b", None, "changed"),
        (entry("x", state=State.IN_REVIEW), "a", None, "kept"),
        (entry("x"), None, None, "removed"),
        (entry("x", state=State.FAILED), None, None, ""),
        (entry("x"), None, "no right to read it", "removed failed"),
        (None, None, "no right to read it", "failed"),
    ],
)
def test_what_becomes_of_a_letter(
    known: Entry | None, found: str | None, unread: str | None, expected: str
):
    plan = compare(
        {"x": known} if known else {},
        {"x": found} if found else {},
        {"x": unread} if unread else {},
        NOW,
    )
    lists = {
        "new": plan.new,
        "changed": plan.changed,
        "removed": plan.removed,
        "kept": plan.kept,
        "failed": plan.failed,
    }
    assert {name for name, members in lists.items() if members} == set(expected.split())


ids = st.sampled_from("abcdef")
contents = st.dictionaries(ids, st.sampled_from(["1", "2"]))


@given(before=contents, now=contents)
def test_doing_what_the_plan_says_gives_the_archive(before: dict[str, str], now: dict[str, str]):
    known = {each: entry(each, content) for each, content in before.items()}
    plan = compare(known, now, {}, NOW)
    after = {each.id: each.content_hash for each in plan.kept}
    after |= {each: now[each] for each in plan.todo}
    twice = {each.id for each in plan.duplicates}
    assert after == {each: content for each, content in now.items() if each not in twice}
    assert sorted(after.values()) == sorted(set(now.values())), "each content once"
    assert set(plan.removed) == before.keys() - after.keys()
    done = {each: entry(each, content) for each, content in after.items()}
    again = compare(done | {each.id: each for each in plan.duplicates}, now, {}, NOW)
    assert not again.todo
    assert not again.removed
    assert again.duplicates == plan.duplicates


# --- inventory and key -------------------------------------------------------------------------


def test_the_inventory_hashes_what_it_can_open(tmp_path: Path):
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").symlink_to("/etc/hostname")
    seen: list[tuple[int, int]] = []
    inventory = take_inventory(tmp_path, lambda done, total: seen.append((done, total)))
    assert set(inventory.hashes) == {"a.txt"}
    assert set(inventory.unread) == {"b.txt"}
    assert seen == [(2, 2)]


def test_an_archive_without_letters_is_refused(tmp_path: Path):
    with pytest.raises(ArchiveError, match="no letter"):
        take_inventory(tmp_path, lambda done, total: None)


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path):
    key = load_key(tmp_path / "data")
    path = tmp_path / "data" / "deidentification.key"
    assert len(key) == 32
    assert load_key(tmp_path / "data") == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "ab" * 8])
def test_a_damaged_key_is_never_replaced(tmp_path: Path, content: str):
    path = tmp_path / "deidentification.key"
    path.write_text(content)
    with pytest.raises(SettingsError, match="key"):
        load_key(tmp_path)
    assert path.read_text() == content
