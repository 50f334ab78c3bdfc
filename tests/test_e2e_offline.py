"""Draft and re-index in a network namespace that has loopback and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from product import environment

from index.case_text import render_case

pytestmark = pytest.mark.e2e

EPIKRISE = Path(sys.executable).with_name("epikrise")
LETTER = """Dear Dr. Keller,

we report on our patient Ms. Anna Berger, born on 12 March 1961.

Diagnoses:
Carcinoma of the left breast (ICD-10 C50.4), number {number}.

Recommendations:
Regular follow-up.

Kind regards,
Dr. Miriam Talbot
"""


@pytest.fixture
def cut_off() -> list[str]:
    """What to put before a command so that it runs with loopback alone."""
    alone = ["unshare", "--net", "--map-root-user"]
    up = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    tools = shutil.which("unshare") and shutil.which("ip")
    if tools and not subprocess.run([*alone, *up, "true"], capture_output=True).returncode:
        return [*alone, *up]
    message = "This machine allows no network namespace, or has no iproute2."
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def test_drafting_and_indexing_need_no_network(tmp_path: Path, cut_off: list[str]) -> None:
    from finetune.demo import CLINIC

    archive = tmp_path / "archive"
    archive.mkdir()
    for number in range(20):
        (archive / f"{number}.txt").write_text(LETTER.format(number=number), encoding="utf-8")
    case = tmp_path / "case.txt"
    details = next(iter(CLINIC.example_cases("en").values()))
    case.write_text(render_case(details).text, encoding="utf-8")
    env = environment(tmp_path / "data")

    def epikrise(*arguments: str) -> dict[str, object]:
        done = subprocess.run(
            [*cut_off, str(EPIKRISE), *arguments, "--json"],
            capture_output=True,
            text=True,
            env=env,
            timeout=400,
        )
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)

    assert len(epikrise("index", "build", str(archive))["new"]) == 20
    assert len(str(epikrise("draft", str(case))["text"])) > 200
