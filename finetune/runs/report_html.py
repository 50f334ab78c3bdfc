"""A training as one HTML file that needs no other: config, hashes, curves, samples, figures. Pure;
everything is escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from finetune.answers import arm
from finetune.evaluation import Evaluation
from finetune.evaluation_report import small_print
from finetune.evaluation_tables import TOLD
from finetune.runs.folders import Run, State
from finetune.runs.moment import told_memory, told_time
from finetune.runs.samples import Sample, mean_share, ranked, steps_of
from finetune.scorecard import Scores

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2530; max-width: 1180px; margin: 2em auto;
  padding: 0 1.2em; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 1.8em 0 .5em; }
h3 { font-size: 1rem; margin: 1.2em 0 .2em; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 3px 16px 3px 0; border-bottom: 1px solid #d5dae1;
  vertical-align: top; overflow-wrap: anywhere; }
img { max-width: 100%; } .plots { display: flex; flex-wrap: wrap; gap: 10px; }
.plots img { width: 560px; } .wide { overflow-x: auto; } .quiet { opacity: .75; }
.sides { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; font-size: .88rem; margin: 0;
  border: 1px solid #d5dae1; border-radius: 6px; padding: 10px 14px; }
@media print { .sides { grid-template-columns: 1fr; } }
"""
_MEASURES = (
    *("facts_right", "in_place", "invented", "wrong", "omitted", "stopped", "sections"),
    *("rouge1", "rouge2", "rouge_l", "chrf"),
)


def report_html(
    run: Run, plots: Mapping[str, bytes], evaluation: Evaluation | None, plot: bytes | None
) -> str:
    """
    Args:
        run: finished or not.
        plots: SVG files, by what they show.
        evaluation: of its adapter, if there is one.
        plot: of the evaluation, as SVG.
    """
    parts = [
        f"<h1>Training of {escape(run.name)}</h1>{_table(_head(run))}",
        f"<h2>Curves</h2>{_plots(plots)}",
        _samples(run.samples),
        _evaluation(evaluation, plot),
        f"<h2>What it was made of</h2>{_table(_origins(run))}",
        f"<h2>Settings</h2>{_table(_settings(run.config))}",
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "img-src data:; style-src 'unsafe-inline'\">"
        f"<title>{escape(run.name)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _head(run: Run) -> dict[str, str]:
    history, known = run.history, run.begun or run.card
    state = str(run.state)
    if run.share is not None and run.state is not State.FINISHED:
        state += f", {run.share:.0%} done"
    told = {
        "State": state,
        "Task": known.task if known else "",
        "Begun": f"{run.begun.begun:%Y-%m-%d %H:%M} UTC" if run.begun else "",
        "Base": f"{known.base}, {known.precision}" if known else "",
        "Steps": f"{history.step:,}",
        "Tokens": f"{history.tokens:,}",
        "Time": told_time(history.seconds),
        "Pace": f"{history.tokens / history.seconds:,.0f} tokens/s" if history.seconds else "",
        "Memory": f"{told_memory(history.memory)} at most" if history.memory else "",
        "Loss": _loss(run.card.final_loss if run.card else None, history.loss),
        "Development loss": _loss(None, history.dev_loss),
    }
    return {name: value for name, value in told.items() if value}


def _loss(final: float | None, points: Sequence[tuple[float, float]]) -> str:
    if not points:
        return ""
    of_last_tenth = "" if final is None else f", mean of the last tenth {final:.4f}"
    return f"from {points[0][1]:.4f} to {points[-1][1]:.4f} nats a token{of_last_tenth}"


def _origins(run: Run) -> dict[str, str]:
    card = run.card
    if card is None:
        return {"Card": "none yet: it is written when the training is finished"}
    return {
        "Data": card.data,
        "SHA-256 of the data": card.data_hash,
        "SHA-256 of the base": card.base_hash,
        "SHA-256 of the chat template": card.chat_template_hash,
        "Version of the prompt": card.prompt_version,
        "Libraries": ", ".join(f"{name} {version}" for name, version in card.libraries.items()),
    }


def _settings(config: Mapping[str, Any], before: str = "") -> dict[str, str]:
    rows: dict[str, str] = {}
    for key, value in config.items():
        if isinstance(value, dict):
            rows |= _settings(value, f"{before}{key}.")
        elif value is not None:
            rows[f"{before}{key}"] = str(value)
    return rows


def _plots(plots: Mapping[str, bytes]) -> str:
    if not plots:
        return "<p>Nothing was logged yet.</p>"
    return f'<div class="plots">{"".join(_image(name, svg) for name, svg in plots.items())}</div>'


def _image(name: str, svg: bytes) -> str:
    """As an image, so that nothing in it can run or change the page."""
    data = base64.b64encode(svg).decode("ascii")
    return f'<img alt="{escape(name)}" src="data:image/svg+xml;base64,{data}">'


def _samples(samples: Sequence[Sample]) -> str:
    if not samples:
        return ""
    rows = list(_by_step(samples))
    last = ranked(each for each in samples if each.step == steps_of(samples)[-1])
    texts = {"Best by facts": last[0], "Worst by facts": last[-1]}
    if len(last) == 1:
        texts = {"The only one": last[0]}
    heads = ("step", "letters", "facts right", "invented", "left out", "ended by themselves")
    return (
        "<h2>Written on the way</h2><p class=quiet>Held-out cases, greedy; facts are counted by "
        f"rules. So few letters show a direction, no more.</p>{_rows(heads, rows)}"
        + "".join(_sample(title, each) for title, each in texts.items())
    )


def _by_step(samples: Sequence[Sample]) -> Iterator[list[str]]:
    for step in steps_of(samples):
        those = [each for each in samples if each.step == step]
        share = mean_share(those)
        yield [
            f"{step:,}",
            str(len(those)),
            "" if share is None else f"{share:.0%}",
            str(sum(each.invented for each in those)),
            str(sum(each.omitted for each in those)),
            f"{sum(each.stopped for each in those)} of {len(those)}",
        ]


def _sample(title: str, each: Sample) -> str:
    sides = {"The case": each.case, "Written": each.text, "The clinic's own": each.reference}
    return (
        f"<h3>{title} at step {each.step:,}: {escape(each.case_id)}</h3><p class=quiet>"
        f"{each.facts_right} of {each.facts} facts right, {each.invented} invented</p>"
        "<div class=sides>"
        + "".join(
            f"<section><b>{name}</b><pre>{escape(text)}</pre></section>"
            for name, text in sides.items()
        )
        + "</div>"
    )


def _evaluation(evaluation: Evaluation | None, plot: bytes | None) -> str:
    if evaluation is None:
        return (
            "<h2>Evaluation</h2><p>None was given: <code>epikrise finetune evaluate</code> makes "
            "one, and <code>epikrise finetune report --evaluation</code> takes it up. Samples are "
            "no substitute.</p>"
        )
    told = [
        name for name in _MEASURES if any(getattr(r, name) is not None for r in evaluation.rows)
    ]
    heads = ("model", "task", "language", "from", "cases", *(TOLD[name][0] for name in told))
    rows = [
        [
            *(arm(row.model, row.exemplars), row.task, row.language, row.institution),
            str(row.trials),
            *(_measure(row, name) for name in told),
        ]
        for row in evaluation.rows
    ]
    notes = "".join(
        f"<li>{escape(line.removeprefix('- '))}</li>"
        for line in small_print(evaluation).splitlines()
    )
    drawn = _image("the evaluation", plot) if plot else ""
    return (
        f'<h2>Evaluation</h2><div class="wide">{_rows(heads, rows)}</div>'
        f"<ul class=quiet>{notes}</ul>{drawn}"
    )


def _measure(row: Scores, name: str) -> str:
    value: float | None = getattr(row, name)
    if value is None:
        return ""
    write, ends = TOLD[name][1], row.intervals.get(name)
    told = write(value)
    return f"{told} ({write(ends[0])} to {write(ends[1])})" if ends else told


def _table(told: Mapping[str, str]) -> str:
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in told.items()
    )
    return f"<table>{rows}</table>"


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"
