"""The admins' desk: the archive's one build at a time, seen by all of them, and the rest they do.

Every step asks for the role anew and leaves a row in the trail, which holds names of collections
and hashes: never a path, which may name a patient.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from assistant.accounts import Role, User, require
from assistant.archive_trail import (
    ArchiveAct,
    ArchiveRow,
    archive_act,
    archive_rows,
    review_act,
)
from assistant.audit import sha256_of
from assistant.building import Building
from assistant.database import Database
from index.build import plan_build, rollback
from index.build_report import BuildReport
from index.decisions import Verdict
from index.embedding import Encoder
from index.errors import BuildStopped, Busy
from index.further import FurtherDetector
from index.overview import FilePage, Overview, ReviewPage, failed_files, letters_in_review, overview
from index.own_process import build_in_own_process
from index.pipeline import Report
from index.plan import Plan
from index.review import decide
from index.settings import IndexSettings
from index.spans import Span
from index.stages import LetterStages

_ACTS = 20
_PRODUCT = "epikrise"
"""By whom it is what nobody asked for."""


class ArchiveDesk:
    """
    Args:
        encoder: that of the retrieval.
        further: detectors of identifiers in letters beside those of the settings.
        database: for the trail.
    """

    def __init__(
        self,
        settings: IndexSettings,
        encoder: Encoder,
        database: Database,
        further: Sequence[FurtherDetector] = (),
    ) -> None:
        self._settings = settings
        self._encoder = encoder
        self._database = database
        self._further = tuple(further)
        self._lock = threading.Lock()
        self._building: Building | None = None

    @property
    def folder(self) -> str:
        """The archive of the settings; empty where none is set."""
        return str(self._settings.archive or "")

    def plan(self, user: User, folder: str) -> Plan:
        """What a build would do.

        Raises:
            AccessDenied: not an admin; so do all the others.
            ArchiveError: there is no such folder, or no letter in it.
        """
        require(user, Role.ADMIN)
        plan = plan_build(
            self._settings, archive=_path(folder), encoder=self._encoder, stages=self._stages()
        )
        self._record(user.name, ArchiveAct.COMPARED, sha256=self._folder_hash(folder))
        return plan

    def build(self, user: User, folder: str) -> Building:
        """Begins a build, which goes on when the browser goes away.

        Raises:
            Busy: one is running.
        """
        require(user, Role.ADMIN)
        return self._begin(folder, user.name)

    def build_first(self) -> Building:
        """Begins the one that the product does by itself when it has no index yet.

        Raises:
            Busy: one is running.
        """
        return self._begin("", _PRODUCT)

    def _begin(self, folder: str, by: str) -> Building:
        with self._lock:
            if self._building and self._building.runs:
                raise Busy(
                    f"A build is running, begun by {self._building.by}.", "Wait for it or stop it."
                )
            self._record(by, ArchiveAct.STARTED, sha256=self._folder_hash(folder))
            work = partial(self._build, _path(folder), by)
            self._building = Building(work, by, self._ended)
            self._building.start()
            return self._building

    def building(self, user: User) -> Building | None:
        """The build that is running, or was the last one of this process."""
        require(user, Role.ADMIN)
        return self._building

    def stop(self, user: User) -> None:
        """Asks the running build to end; without one nothing is done."""
        require(user, Role.ADMIN)
        if self._building and self._building.runs:
            self._record(user.name, ArchiveAct.STOP_ASKED)
            self._building.stop(user.name)

    def close(self) -> None:
        """Ends the running build, as the product does; the next one goes on where it ended."""
        if self._building and self._building.runs:
            self._building.stop("the end of the program")
            self._building.wait()

    def rollback(self, user: User) -> None:
        """
        Raises:
            StoreError: there is no index before.
            AlreadyRunning: a build is running.
        """
        require(user, Role.ADMIN)
        self._record(user.name, ArchiveAct.ROLLED_BACK, rollback(self._settings))

    def overview(self, user: User) -> Overview:
        require(user, Role.ADMIN)
        return overview(self._settings)

    def failed_files(self, user: User, containing: str, page: int) -> FilePage:
        require(user, Role.ADMIN)
        return failed_files(self._settings, containing, page)

    def letters_in_review(self, user: User, page: int) -> ReviewPage:
        require(user, Role.ADMIN)
        return letters_in_review(self._settings, page, self._stages())

    def decide(
        self,
        user: User,
        letter_id: str,
        content_hash: str,
        seen: str,
        verdict: Verdict,
        spans: Sequence[Span] = (),
    ) -> None:
        """What the next build does with a letter in review (`index.review.decide`).

        Raises:
            ReviewError: it is no longer the letter that was shown.
        """
        require(user, Role.ADMIN)
        decision = decide(
            self._settings,
            letter_id,
            content_hash,
            verdict,
            user.name,
            spans=spans,
            seen=seen,
            stages=self._stages(),
        )
        review_act(self._database, decision)

    def acts(self, user: User) -> tuple[ArchiveRow, ...]:
        """What was done besides builds that came to their end (`archive_rows`)."""
        require(user, Role.ADMIN)
        return archive_rows(self._database, _ACTS)

    def _build(self, folder: Path | None, by: str, progress: Report) -> BuildReport:
        return build_in_own_process(
            self._settings,
            progress,
            archive=folder,
            encoder=self._encoder,
            stages=self._stages(),
            who=by,
        )

    def _stages(self) -> LetterStages:
        return LetterStages.of(self._settings, self._further)

    def _ended(self, building: Building) -> None:
        if building.report:
            active = overview(self._settings).active
            self._record(building.by, ArchiveAct.BUILT, active)
        elif isinstance(building.error, BuildStopped):
            self._record(building.stopped_by, ArchiveAct.STOPPED)
        else:
            self._record(building.by, ArchiveAct.BROKE_OFF)

    def _record(self, by: str, act: ArchiveAct, object_: str = "", sha256: str = "") -> None:
        archive_act(self._database, by, act, object_, sha256)

    def _folder_hash(self, folder: str) -> str:
        return sha256_of(folder.strip() or self.folder)


def _path(folder: str) -> Path | None:
    return Path(folder.strip()) if folder.strip() else None
