"""Trainings side by side, and what a model wrote on the way, as HTML. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from finetune.runs.curves_svg import Line, curves_svg
from finetune.runs.folders import Run, State
from finetune.runs.moment import told_memory, told_time
from finetune.runs.samples import Sample, mean_share, ranked, steps_of

_HEADS = (
    *("", "training", "state", "steps", "loss", "dev loss", "facts right", "tokens/s", "memory"),
    *("time", "base"),
)


def nothing_html(root: Path) -> str:
    return (
        f'<p class="quiet">There is no training in {escape(str(root))}. '
        "<code>epikrise finetune train</code> begins one.</p>"
    )


def runs_html(runs: Sequence[Run], chosen: Sequence[str], shown: Run | None, step: int) -> str:
    """The whole tab.

    Args:
        runs: all there are.
        chosen: keys of those whose curves are drawn.
        shown: whose samples are shown; None where no run has any.
        step: of these samples.
    """
    looks = {key: number for number, key in enumerate(chosen)}
    drawn = [run for run in runs if run.key in looks]
    running = any(run.state is State.RUNNING for run in runs)
    return (
        f'<div class="runs" data-running="{int(running)}">'
        f"{_table(runs, looks)}{_charts(drawn, looks)}"
        f"{samples_html(runs, shown, step) if shown else ''}</div>"
    )


def _table(runs: Sequence[Run], looks: dict[str, int]) -> str:
    heads = "".join(f"<th>{head}</th>" for head in _HEADS)
    rows = "".join(_row(run, looks.get(run.key)) for run in runs)
    return (
        f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        "</div>"
    )


def _row(run: Run, look: int | None) -> str:
    history = run.history
    mark = (
        ""
        if look is None
        else f'<svg class="key line{look % 6}" viewBox="0 0 30 8" aria-hidden="true">'
        '<polyline points="0,4 30,4"/></svg>'
    )
    last = [each for each in run.samples if each.step == max(steps_of(run.samples))]
    right = mean_share(last)
    cells = (
        _state(run),
        f"{history.step:,}{_of(run)}",
        _value(history.loss),
        _value(history.dev_loss),
        "" if right is None else f"{right:.0%}",
        f"{history.tokens / history.seconds:,.0f}" if history.seconds else "",
        told_memory(history.memory) if history.memory else "",
        told_time(history.seconds),
        escape(_base(run)),
    )
    return (
        f'<tr><td><label><input type="checkbox" data-run="{escape(run.key)}"'
        f'{"" if look is None else " checked"} aria-label="curves of {escape(run.key)}">{mark}'
        f"</label></td><th>{escape(run.key)}<small>{escape(_begun(run))}</small></th>"
        f"{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    )


def _state(run: Run) -> str:
    if run.state is not State.RUNNING or run.share is None:
        return f'<span class="{run.state.name.lower()}">{run.state}</span>'
    left = "" if run.left is None else f", {told_time(run.left)} left"
    return (
        f'<span class="running">{run.state}</span> <progress max="1" value="{run.share:.3f}">'
        f"</progress> {run.share:.0%}{left}"
    )


def _of(run: Run) -> str:
    steps = run.config.get("run", {}).get("steps")
    return f" of {steps:,}" if steps and run.state is not State.FINISHED else ""


def _begun(run: Run) -> str:
    name = f"{run.name}, " if run.name != run.folder.name else ""
    task = f"{run.begun.task}, {run.begun.begun:%Y-%m-%d %H:%M}" if run.begun else ""
    return f"{name}{task}".removesuffix(", ")


def _base(run: Run) -> str:
    known = run.begun or run.card
    return f"{known.base}, {known.precision}" if known else ""


def _value(points: Sequence[tuple[float, float]]) -> str:
    return f"{points[-1][1]:.4f}" if points else ""


def _charts(runs: Sequence[Run], looks: dict[str, int]) -> str:
    measures = {
        "loss, nats an answer token": [run.history.loss for run in runs],
        "dev loss": [run.history.dev_loss for run in runs],
        "facts right in the samples": [_facts(run) for run in runs],
        "tokens a second": [run.history.pace for run in runs],
        "learning rate": [run.history.rate for run in runs],
    }
    charts = "".join(
        curves_svg(
            title,
            [Line(run.key, points, looks[run.key]) for run, points in zip(runs, each, strict=True)],
        )
        for title, each in measures.items()
    )
    return f'<div class="charts">{charts}</div>' if charts else ""


def _facts(run: Run) -> list[tuple[float, float]]:
    shares = [
        (step, mean_share([each for each in run.samples if each.step == step]))
        for step in steps_of(run.samples)
    ]
    return [(float(step), share) for step, share in shares if share is not None]


def samples_html(runs: Sequence[Run], shown: Run, step: int) -> str:
    """The best and the worst text of a step, beside case and the clinic's own."""
    found = ranked(each for each in shown.samples if each.step == step)
    keys = [run.key for run in runs if run.samples]
    steps = steps_of(shown.samples)
    pick = (
        f"<label>Training {_select('samples', keys, shown.key)}</label>"
        f"<label>Step {_select('step', list(map(str, steps)), str(step))}</label>"
    )
    texts = {"Best by facts": found[0], "Worst by facts": found[-1]} if found else {}
    if len(found) == 1:
        texts = {"The only one": found[0]}
    parts = "".join(_sample(title, each) for title, each in texts.items())
    return (
        f'<section class="samples"><h3>Written on the way</h3><div class="pick">{pick}'
        f'<span class="quiet">{len(found)} held-out cases a time, greedy; facts are counted by '
        f"rules</span></div>{parts}</section>"
    )


def _sample(title: str, each: Sample) -> str:
    facts = f"{each.facts_right} of {each.facts} facts right" if each.facts else "no fact to count"
    told = ", ".join(
        [
            facts,
            f"{each.invented} invented",
            f"{each.omitted} left out",
            "ended by itself" if each.stopped else "cut off",
        ]
    )
    sides = {"The case": each.case, "Written": each.text, "The clinic's own": each.reference}
    return (
        f"<h4>{title}: {escape(each.case_id)}</h4><p class=quiet>{told}</p><div class=sides>"
        + "".join(
            f'<section><h5>{name}</h5><div class="text" tabindex="0" role="region" '
            f'aria-label="{name}">{escape(text) or "<em>nothing</em>"}</div></section>'
            for name, text in sides.items()
        )
        + "</div>"
    )


def _select(name: str, values: Sequence[str], chosen: str) -> str:
    options = "".join(
        f'<option value="{escape(value)}"{" selected" * (value == chosen)}>{escape(value)}</option>'
        for value in values
    )
    return f"<select data-{name}>{options}</select>"
