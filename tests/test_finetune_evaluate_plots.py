from __future__ import annotations

from pathlib import Path

from finetune.plots import Bars, Chart, Curve, plot_bars, plot_curves, plot_matrix

PNG = b"\x89PNG"


def written(files: list[Path], *words: str) -> None:
    png, svg = files
    assert png.read_bytes().startswith(PNG)
    text = svg.read_text("utf-8")
    assert all(word in text for word in words)


def test_bars_with_and_without_intervals(tmp_path: Path) -> None:
    bars = [Bars("base", [0.4, None], [(0.2, 0.5), None]), Bars("letters", [0.9, 1], [None, None])]
    charts = [Chart(f"measure {number}", ["en", "de"], bars, 1.0) for number in range(4)]
    written(plot_bars(tmp_path / "new" / "lora-0.5", charts), "letters", "measure 3")
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"lora-0.5.png", "lora-0.5.svg"}


def test_the_same_figures_give_the_same_file(tmp_path: Path) -> None:
    curves = [Curve("loss", [1, 10, 100], [3, 2, 1], [(2.5, 3.5), (1.5, 2.5), (0.5, 1.5)])]
    first, second = (
        plot_curves(tmp_path / name, "Losses", "pairs", "nats", curves, log_x=True)[1].read_bytes()
        for name in ("a", "b")
    )
    assert first == second
    assert b"Losses" in first


def test_a_matrix_has_its_values_and_gaps(tmp_path: Path) -> None:
    files = plot_matrix(tmp_path / "m", "Transfer", ["A", "B"], ["A", "C"], [[0.25, None], [1, 0]])
    written(files, "0.25", "Transfer", "1.00")
    assert "nan" not in files[1].read_text("utf-8")
