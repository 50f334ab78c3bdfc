"""What the admin's tab shows, as HTML. Pure; ids and reasons are escaped."""

from __future__ import annotations

from html import escape

from index.build import BuildReport, Progress
from index.entries import Reasons
from index.plan import Plan
from index.status import Status

_SHOWN = 50
"""Files listed by name; beyond it their number says enough."""


def progress_html(progress: Progress) -> str:
    done, total = progress.done, max(progress.total, 1)
    return (
        f'<p role="status">{escape(progress.step)}: {progress.done} of {progress.total}</p>'
        f'<progress max="{total}" value="{done}"></progress>'
    )


def plan_html(plan: Plan) -> str:
    """What a build would do."""
    rows = (
        ("new", len(plan.new)),
        ("changed", len(plan.changed)),
        ("removed", len(plan.removed)),
        ("unchanged", len(plan.unchanged)),
        ("there twice", len(plan.duplicates)),
        ("can't be opened", len(plan.failed)),
    )
    return f"<h3>A build would find</h3>{_counts(rows)}{_reasons('', plan.failed)}"


def report_html(report: BuildReport) -> str:
    """What a build did."""
    rows = (
        ("new", len(report.new)),
        ("changed", len(report.changed)),
        ("removed", len(report.removed)),
        ("unchanged", report.unchanged),
        ("there twice", len(report.duplicates)),
        ("failed", len(report.failed)),
        ("in review", len(report.in_review)),
    )
    return f"<h3>Done in {report.seconds:.0f} s</h3>{_counts(rows)}"


def status_html(status: Status) -> str:
    """What the index holds, which files are not in it and why, and the last builds."""
    if not status.active:
        return '<p class="quiet">There is no index yet.</p>'
    builds = "".join(
        f"<li>{escape(build.finished)}: {build.new} new, {build.changed} changed, "
        f"{build.removed} removed, {build.failed} failed, {build.seconds:.0f} s</li>"
        for build in status.builds
    )
    return (
        f'<h3>The index</h3><p id="index-counts">{status.letters} letters, '
        f"{status.passages} passages, {status.kept_whole} whole for want of sections, "
        f"{len(status.failed)} failed, {len(status.in_review)} in review.</p>"
        f"{_reasons('Failed', status.failed)}{_reasons('In review', status.in_review)}"
        f"<h3>Builds</h3><ul>{builds}</ul>"
    )


def _counts(rows: tuple[tuple[str, int], ...]) -> str:
    cells = "".join(f"<span><b>{count}</b> {escape(name)}</span>" for name, count in rows)
    return f'<div class="counter">{cells}</div>'


def _reasons(title: str, reasons: Reasons) -> str:
    if not reasons:
        return ""
    rows = "".join(
        f"<li><b>{escape(id_)}</b> {escape(reason)}</li>" for id_, reason in reasons[:_SHOWN]
    )
    more = len(reasons) - _SHOWN
    rest = f"<li>and {more} more</li>" if more > 0 else ""
    return f'<h4>{escape(title)}</h4><ul class="findings">{rows}{rest}</ul>'
