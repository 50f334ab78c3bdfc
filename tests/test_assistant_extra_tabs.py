"""Every tab that an installed package brings can be laid out in the page.

In a process of its own: Gradio leaves event loops open, which would count as a fault here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_LAID_OUT = """
import sys
from pathlib import Path
import gradio as gr
from assistant.page.extra_tabs import TabContext, find_extra_tabs, lay_out_extra

with gr.Blocks(analytics_enabled=False), gr.Tabs():
    laid_out = lay_out_extra(find_extra_tabs(TabContext(Path(sys.argv[1]))))
print(*(tab.name for tab in laid_out.values()))
"""


def test_the_tabs_of_all_packages_are_laid_out(tmp_path: Path):
    command = [sys.executable, "-c", _LAID_OUT, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {"adapters", "ratings", "training"} <= set(done.stdout.split())
