"""An index that adds to another: what changed is found, and nothing else of what it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from index_fakes import Clinic, PlainStages

from index.build import build, rollback
from index.catalogue import Catalogue
from index.chroma_server import open_store
from index.entries import Entry, State, Versions
from index.parts import Parts, basis_of, open_parts
from index.settings import IndexSettings

pytestmark = pytest.mark.loopback

LETTERS = 40


@pytest.fixture
def clinic(tmp_path: Path, chroma: str) -> Clinic[PlainStages]:
    settings = IndexSettings(data_dir=tmp_path / "data", chroma_url=chroma)
    made = Clinic(settings, tmp_path / "archive", PlainStages())
    made.write(**written())
    made.build()
    return made


def written() -> dict[str, str]:
    return {f"n{number:02d}": f"Letter {number} on breast cancer." for number in range(LETTERS)}


def by_path(texts: dict[str, str]) -> dict[str, str]:
    return {f"{name}.txt": text for name, text in texts.items()}


def base_of(clinic: Clinic[PlainStages]) -> str:
    with open_store(clinic.settings) as store:
        return store.open(Catalogue(clinic.settings.data_dir).active()).base


def test_few_changes_are_added_to_what_is_there(clinic: Clinic[PlainStages]):
    whole = Catalogue(clinic.settings.data_dir).active()
    clinic.write(n03="Letter 3, of prostate cancer.", new="A new letter on rectal cancer.")
    (clinic.archive / "n05.txt").unlink()
    report = clinic.build()
    assert (report.new, report.changed, report.removed) == (
        ("new.txt",),
        ("n03.txt",),
        ("n05.txt",),
    )
    assert report.unchanged == LETTERS - 2
    assert base_of(clinic) == whole
    expected = written() | {"n03": "Letter 3, of prostate cancer."}
    expected["new"] = "A new letter on rectal cancer."
    del expected["n05"]
    assert clinic.texts() == by_path(expected)
    with open_store(clinic.settings) as store:
        own = store.open(Catalogue(clinic.settings.data_dir).active())
        assert own.count() == 2, "only what changed is in its own collection"


def test_the_next_few_add_to_the_same_base_and_many_make_a_whole_one(clinic: Clinic[PlainStages]):
    whole = Catalogue(clinic.settings.data_dir).active()
    expected = written()
    for number in range(3):
        expected[f"n{number:02d}"] = f"Letter {number}, changed, on lung cancer."
        clinic.write(**expected)
        clinic.build()
        assert clinic.texts() == by_path(expected)
        # One letter more is apart each time, and one more of the base out of date.
        assert base_of(clinic) == (whole if number < 2 else "")


def test_rollback_and_a_build_after_it(clinic: Clinic[PlainStages]):
    clinic.write(n03="Letter 3, of prostate cancer.")
    clinic.build()
    rollback(clinic.settings)
    assert clinic.texts() == by_path(written())
    rollback(clinic.settings)
    assert clinic.texts() == by_path(written() | {"n03": "Letter 3, of prostate cancer."})
    (clinic.archive / "n03.txt").unlink()
    clinic.build()
    expected = written()
    del expected["n03"]
    assert clinic.texts() == by_path(expected)


def test_what_left_the_archive_is_gone_from_the_store_after_two_builds(
    clinic: Clinic[PlainStages],
):
    (clinic.archive / "n05.txt").unlink()
    clinic.build()
    assert "Letter 5 " in clinic.stored(), "the index before may be gone back to"
    clinic.write(new="A new letter on rectal cancer.")
    clinic.build()
    assert base_of(clinic)
    assert "Letter 5 " not in clinic.stored()
    assert "Letter 6 " in clinic.stored()


def test_a_base_that_the_store_has_lost_is_built_anew(clinic: Clinic[PlainStages]):
    clinic.write(n03="Letter 3, of prostate cancer.")
    clinic.build()
    with open_store(clinic.settings) as store:
        store.drop(base_of(clinic))
    clinic.build()
    assert base_of(clinic) == ""
    assert clinic.texts() == by_path(written() | {"n03": "Letter 3, of prostate cancer."})


def test_nearest_passages_make_good_for_those_that_are_out_of_date(
    clinic: Clinic[PlainStages],
):
    clinic.write(n00="Of something else.", n01="Of something else, too.")
    clinic.build()
    catalogue = Catalogue(clinic.settings.data_dir)
    with open_store(clinic.settings) as store:
        index = open_parts(store, catalogue, catalogue.active())
        assert len(index.replaced) == 2
        query = clinic.encoder.encode_query("Letter 0 on breast cancer.")
        for limit in (1, 5, LETTERS - 2, LETTERS, 2 * LETTERS):
            hits = index.nearest(query, limit)
            assert len(hits) == min(limit, LETTERS)
            assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)
            assert len({(hit.letter_id, hit.position) for hit in hits}) == len(hits)


@pytest.mark.parametrize(
    ("unchanged", "todo", "adds"),
    [(100, 0, True), (95, 5, True), (94, 6, False), (91, 0, True), (90, 0, False), (0, 100, False)],
)
def test_what_is_added_and_what_is_made_whole(unchanged: int, todo: int, adds: bool):
    """Of 100 letters; changed ones count twice: anew, and out of date in the base."""

    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

    known = [
        Entry(f"{n}.txt", f"h{n}", Versions("1", "1", "1"), State.INDEXED, passages=1, code=f"c{n}")
        for n in range(100)
    ]
    active = Parts(Named("whole"), None, frozenset())  # pyright: ignore[reportArgumentType]
    basis = basis_of(active, known, known[:unchanged], todo)
    assert basis.name == ("whole" if adds else "")
    assert len(basis.kept) == (unchanged if adds else 0)
    assert basis.replaced == (frozenset(f"c{n}" for n in range(unchanged, 100)) if adds else set())


def test_nothing_changed_leaves_the_index_as_it_is(clinic: Clinic[PlainStages]):
    clinic.write(n03="Letter 3, of prostate cancer.")
    clinic.build()
    name = Catalogue(clinic.settings.data_dir).active()
    report = build(
        clinic.settings, archive=clinic.archive, encoder=clinic.encoder, stages=clinic.stages
    )
    assert (report.new, report.changed, report.removed) == ((), (), ())
    assert Catalogue(clinic.settings.data_dir).active() == name
    assert clinic.texts() == by_path(written() | {"n03": "Letter 3, of prostate cancer."})
