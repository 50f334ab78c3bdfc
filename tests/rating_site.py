"""A page with one tab alone, of a user who is logged in; a process for browsers.

Gradio leaves event loops open, which in a test's own process would count as a fault.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pkgutil import resolve_name

NAME = "anna"


@contextmanager
def rating_site(
    data_dir: Path, tab: str = "finetune.ratings.page:RatingsTab", role: str = "physician"
) -> Iterator[str]:
    """The address of such a page on this data folder."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    command = [sys.executable, __file__, str(data_dir), str(listener.fileno()), tab, role]
    process = subprocess.Popen(command, pass_fds=[listener.fileno()])
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        process.terminate()
        process.wait(20)
        listener.close()


def main(data_dir: Path, descriptor: int, name: str, role: str) -> None:
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI

    from assistant.accounts import Role, User
    from assistant.page import app, extra_tabs
    from assistant.page.layout import beside

    user = User(1, NAME, Role(role))
    extra_tabs.asking = lambda _: user
    with gr.Blocks(analytics_enabled=False, fill_width=True) as blocks:
        with gr.Tabs():
            gr.Tab("Letters")
            tab = resolve_name(name)(extra_tabs.TabContext(data_dir))
            tabs = extra_tabs.lay_out_extra([tab])
        blocks.load(lambda: extra_tabs.seen_by(user, tabs), outputs=[*tabs])
    site = gr.mount_gradio_app(
        *(FastAPI(), blocks, "/"),
        ssr_mode=False,
        footer_links=[],
        enable_monitoring=False,
        theme=app.THEME,
        css=beside("style.css"),
    )
    uvicorn.run(site, fd=descriptor, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
