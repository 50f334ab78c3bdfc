"""The admins' desk: the archive's one build at a time, seen by all of them, and what else they do.

Every step asks for the role anew and leaves a row in the trail, which holds names of collections
and hashes: never a path, which may name a patient.
"""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

from assistant import audit
from assistant.accounts import Clock, Role, User, now, require
from assistant.building import Building
from assistant.database import Database
from index.build import BuildReport, build, plan_build, rollback
from index.embedding import Encoder
from index.errors import BuildStopped, Busy
from index.overview import FilePage, Overview, failed_files, overview
from index.pipeline import Report
from index.plan import Plan
from index.settings import IndexSettings

STOPPED, FAILED, WENT_BACK = "build.stopped", "build.failed", "index.rolled_back"
_ACTS = 20


class ArchiveDesk:
    """
    Args:
        encoder: the one that retrieval has loaded already.
        database: for the trail.
    """

    def __init__(
        self, settings: IndexSettings, encoder: Encoder, database: Database, *, clock: Clock = now
    ) -> None:
        self._settings = settings
        self._encoder = encoder
        self._database = database
        self._clock = clock
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
        plan = plan_build(self._settings, archive=_path(folder), encoder=self._encoder)
        self._record(user.name, "archive.compared", sha256=self._folder_hash(folder))
        return plan

    def build(self, user: User, folder: str) -> Building:
        """Begins a build, which goes on when the browser goes away.

        Raises:
            Busy: one is running.
        """
        require(user, Role.ADMIN)
        with self._lock:
            if self._building and self._building.runs:
                raise Busy(
                    f"A build is running, begun by {self._building.by}.", "Wait for it or stop it."
                )
            self._record(user.name, "build.started", sha256=self._folder_hash(folder))
            work = partial(self._build, _path(folder), user.name)
            self._building = Building(work, user.name, self._ended)
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
            self._record(user.name, "build.stop_asked")
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
        self._record(user.name, WENT_BACK, rollback(self._settings))

    def overview(self, user: User) -> Overview:
        require(user, Role.ADMIN)
        return overview(self._settings)

    def failed_files(self, user: User, containing: str, page: int) -> FilePage:
        require(user, Role.ADMIN)
        return failed_files(self._settings, containing, page)

    def acts(self, user: User) -> tuple[audit.Act, ...]:
        """Who stopped builds, whose failed, and who went back; the newest first."""
        require(user, Role.ADMIN)
        with self._database.read() as session:
            return audit.acts(session, (STOPPED, FAILED, WENT_BACK), _ACTS)

    def _build(self, folder: Path | None, by: str, progress: Report) -> BuildReport:
        return build(self._settings, progress, archive=folder, encoder=self._encoder, by=by)

    def _ended(self, building: Building) -> None:
        if building.report:
            active = overview(self._settings).active
            self._record(building.by, "build.finished", active)
        elif isinstance(building.error, BuildStopped):
            self._record(building.stopped_by, STOPPED)
        else:
            self._record(building.by, FAILED)

    def _record(self, by: str, action: str, object_: str = "", sha256: str = "") -> None:
        with self._database.write() as session:
            audit.record(session, self._clock(), by, action, object_, sha256)

    def _folder_hash(self, folder: str) -> str:
        return audit.sha256_of(folder.strip() or self.folder)


def _path(folder: str) -> Path | None:
    return Path(folder.strip()) if folder.strip() else None
