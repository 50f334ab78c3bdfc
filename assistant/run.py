"""The product, from start to end: `serve` reads as its whole life.

    data folder -> database -> Chroma -> vLLM -> page -> archive of the demo -> ready -> all ends

The page is there at once and says what is still starting. Everything that is started here ends
here, in the reverse order, however the block is left.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.data_folder import only_one, private_uploads
from assistant.demo import DemoClinic, find_demo_clinic
from assistant.herald import announce
from assistant.promoted import Promoted
from assistant.serving import Endpoint, recorded
from assistant.settings import AssistantSettings
from index.chroma_server import ChromaServer
from index.embedding import LocalEncoder
from index.errors import EpikriseError, SettingsError
from index.settings import IndexSettings
from retrieval.settings import RetrievalSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.accounts import Accounts
    from assistant.archive_desk import ArchiveDesk
    from assistant.vllm_server import VllmServer
    from retrieval.search import Retriever

Say = Callable[[str], None]

_WATCH_CHROMA_S = 2.0
_PORTS_TRIED = 20


@dataclass(frozen=True)
class AllSettings:
    """What was read at the entry, one object a package."""

    assistant: AssistantSettings
    index: IndexSettings
    retrieval: RetrievalSettings


def serve(settings: AllSettings, say: Say) -> None:
    """Runs the product until it is interrupted.

    Args:
        say: is given a line for every step.

    Raises:
        AlreadyRunning: another process runs on this data folder.
        SettingsError: the data folder, the database, the port or the model can't be used.
        StoreError: Chroma did not come up.
    """
    from assistant.vllm_server import VllmServer
    from retrieval.search import Retriever

    with ExitStack() as life:
        life.enter_context(only_one(settings.assistant.data_dir))
        listener = life.enter_context(listening(settings.assistant, say))
        life.enter_context(private_uploads(settings.assistant.data_dir))
        clinic = find_demo_clinic() if settings.assistant.demo else None
        if clinic is not None:
            say(clinic.notice)
            settings = with_demo_clinic(settings, clinic)
        say("language model: starting vLLM")
        promoted = Promoted(settings.assistant.data_dir)
        model = life.enter_context(VllmServer(settings.assistant, promoted.serves))
        life.enter_context(recorded(settings.assistant.data_dir, model.base_url, model.key))
        if settings.index.chroma_url is None:
            say("archive index: starting Chroma")
            life.enter_context(_chroma(settings.index))
        encoder = LocalEncoder(settings.index)
        retriever = life.enter_context(Retriever(settings.index, encoder, settings.retrieval))
        app, accounts, archive = life.enter_context(
            _application(settings, model, retriever, encoder, clinic)
        )
        stopping = threading.Event()

        def announced(line: str) -> None:
            if not stopping.is_set():  # what ends now is no news
                say(line)

        herald = threading.Thread(
            target=announce,
            args=(settings, model, retriever, accounts, archive, clinic, listener, announced),
            name="herald",
            daemon=True,
        )
        herald.start()
        _serve_page(app, listener)
        stopping.set()
        say("stopping")


def with_demo_clinic(settings: AllSettings, clinic: DemoClinic) -> AllSettings:
    """The settings with the demo's model and archive, where none of one's own is set."""
    archive = settings.index.archive or settings.index.data_dir / "demo-archive"
    return AllSettings(
        settings.assistant.with_model(clinic.model_dir, clinic.adapters),
        settings.index.model_copy(update={"archive": archive}),
        settings.retrieval,
    )


@contextmanager
def listening(settings: AssistantSettings, say: Say) -> Generator[socket.socket]:
    """The page's socket; where its port is busy, the next free one, and says so."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for port in range(settings.port, settings.port + _PORTS_TRIED):
            try:
                listener.bind((settings.host, port))
            except OSError:
                continue
            if port != settings.port:
                say(f"page: port {settings.port} is busy, taking {port}")
            listener.listen(128)
            yield listener
            return
    raise SettingsError(
        f"The page can't listen on {settings.host}, port {settings.port} or the next "
        f"{_PORTS_TRIED - 1}.",
        f"Free one, or set {settings.env_name('host')} and {settings.env_name('port')}.",
    )


@contextmanager
def _chroma(settings: IndexSettings) -> Generator[None]:
    """Chroma for as long as the block lasts; started again when it dies."""
    server = ChromaServer(settings.data_dir)
    server.start()
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_WATCH_CHROMA_S):
            if not server.alive:
                try:
                    server.restart()
                except EpikriseError:
                    continue  # tried again at the next look; drafts go on without exemplars

    watcher = threading.Thread(target=watch, name="chroma-watcher", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        server.stop()


@contextmanager
def _application(
    settings: AllSettings,
    model: VllmServer,
    retriever: Retriever,
    encoder: LocalEncoder,
    clinic: DemoClinic | None,
) -> Generator[tuple[FastAPI, Accounts, ArchiveDesk]]:
    from assistant.accounts import Accounts
    from assistant.archive_desk import ArchiveDesk
    from assistant.client import ModelClient
    from assistant.conversations import Conversations
    from assistant.database import open_database
    from assistant.desk import Desk
    from assistant.drafting import Drafter
    from assistant.further_detectors import detector_at
    from assistant.page.app import PageParts
    from assistant.page.extra_tabs import TabContext, find_extra_tabs
    from assistant.page.opinions import Consultant
    from assistant.sessions import Sessions
    from assistant.web import create_app

    own = settings.assistant
    title = " · ".join(name for name in (own.title, own.hospital) if name)
    database = open_database(own.database)
    further = detector_at(Endpoint(model.base_url, model.key), settings.index, own)
    archive = ArchiveDesk(settings.index, encoder, database, further)
    try:
        accounts = Accounts(
            database,
            lockout_failures=own.lockout_failures,
            lockout_minutes=own.lockout_minutes,
        )
        sessions = Sessions(database, hours=own.session_hours, idle_minutes=own.idle_minutes)
        client = ModelClient(
            model.base_url,
            model.key,
            connect_timeout=own.connect_timeout,
            answer_timeout=own.answer_timeout,
        )
        drafter = Drafter(client, retriever, own, Promoted(own.data_dir))
        page = PageParts(
            title=title,
            desk=Desk(Conversations(database), drafter),
            archive=archive,
            examples={
                title: case
                for language in ("en", "de")
                for title, case in (clinic.example_cases(language) if clinic else {}).items()
            },
            notice=clinic.notice if clinic else "",
            consultant=Consultant(client, own.opinion_model) if own.opinion_model else None,
            extra=find_extra_tabs(TabContext(own.data_dir)),
        )
        app = create_app(
            title=title,
            database=database,
            accounts=accounts,
            sessions=sessions,
            model_status=lambda: model.status.state,
            mount_page=page.mount,
            hosts=own.hosts,
            https=own.https,
            demo=own.demo,
        )
        yield app, accounts, archive
    finally:
        archive.close()
        database.close()


def _serve_page(app: FastAPI, listener: socket.socket) -> None:
    import uvicorn

    # The access log would hold conversation ids; errors go to standard error.
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=5, lifespan="on"
    )
    uvicorn.Server(config).run(sockets=[listener])
