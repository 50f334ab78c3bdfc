"""What the admin's tab shows of builds and of the index, as HTML. Pure; everything is escaped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from html import escape

from assistant.archive_trail import ArchiveAct, ArchiveRow
from assistant.building import Pace
from assistant.page.bars_html import bars_html
from index.build_report import BuildReport
from index.entries import BuildRecord, Reasons
from index.overview import Overview
from index.plan import Plan

_SHOWN = 50
"""Files of a dry run listed by name; what a build can't index is listed page by page."""
_STEP = {
    "comparing": ("Comparing with the folder", "files"),
    "indexing": ("Reading, de-identifying and indexing", "letters"),
    "copying": ("Taking over what is unchanged", "letters"),
    "checking": ("Trying the new index with queries", ""),
}
_ACT = {
    ArchiveAct.STOPPED: "stopped a build",
    ArchiveAct.BROKE_OFF: "a build broke off",
    ArchiveAct.ROLLED_BACK: "went back to the index before",
    ArchiveAct.RELEASED: "released a letter in review",
    ArchiveAct.REDACTED: "had a letter in review redacted",
    ArchiveAct.EXCLUDED: "excluded a letter in review",
}


def progress_html(pace: Pace, by: str, stopped_by: str) -> str:
    """How far a build is, how fast, and when its step will be done."""
    done, total = pace.progress.done, pace.progress.total
    step, what = _STEP[pace.progress.step]
    told = [f"<b>{escape(step)}</b>"]
    if what:
        told.append(f"{done:,} of {total:,} {what}")
    if what and pace.per_second is not None and pace.left_s:
        told.append(f"{_rate(pace.per_second)} {what} a second")
        told.append(f"{_duration(pace.left_s)} left")
    bar = f' max="{max(total, 1)}" value="{done}"' if what else ""
    note = f"Begun by {escape(by)}. It goes on when you leave the page."
    if stopped_by:
        note = f"Stopped by {escape(stopped_by)}: it ends with the letters in hand."
    return (
        f'<div class="building"><p>{" · ".join(told)}</p>'
        f'<progress aria-label="{escape(step, quote=True)}"{bar}></progress>'
        f'<p class="quiet">{note}</p></div>'
    )


def plan_html(plan: Plan) -> str:
    """What a build would do."""
    rows = (
        ("new", len(plan.new)),
        ("changed", len(plan.changed)),
        ("removed", len(plan.removed)),
        ("unchanged", len(plan.unchanged)),
        ("decided on in the review", len(plan.decided)),
        ("still in review", len(plan.in_review)),
        ("failed before, unchanged", len(plan.quarantined)),
        ("there twice", len(plan.duplicates)),
        ("can't be opened", len(plan.failed)),
    )
    return f"<h3>A build would find</h3>{_counts(rows)}{_reasons(plan.failed)}"


def report_html(report: BuildReport) -> str:
    """What a build did."""
    rows = (
        ("new", len(report.new)),
        ("changed", len(report.changed)),
        ("removed", len(report.removed)),
        ("unchanged", report.unchanged),
        ("there twice", len(report.duplicates)),
        ("excluded", len(report.excluded)),
        ("failed", len(report.failed)),
        ("in review", len(report.in_review)),
    )
    chart = bars_html("Replaced in the letters of this build", report.spans)
    done = f"<h3>Done in {_duration(report.seconds)}</h3>{_counts(rows)}"
    return f'<div role="status">{done}</div>{chart}'


def past_html(seen: Overview) -> str:
    """What the last build replaced that replaced anything; empty where there is none."""
    build = next((each for each in seen.builds if each.spans), None)
    if build is None:
        return ""
    at = when(dt.datetime.fromisoformat(build.finished))
    return bars_html(f"Replaced in the letters of the build of {at}", build.spans)


def problem_html(words: str) -> str:
    return f'<p class="problem" role="alert">{escape(words)}</p>'


def overview_html(seen: Overview) -> str:
    """What the index holds, and what was replaced in it."""
    ended = ""
    if seen.building:
        ended = '<p class="quiet">A build is running.</p>'
    elif seen.unfinished:
        ended = '<p class="quiet">A build was ended before its end. The next one goes on there.</p>'
    if not seen.active:
        return f'<p class="quiet">There is no index yet.</p>{ended}'
    rows = (
        ("letters", seen.letters),
        ("passages", seen.passages),
        ("whole for want of sections", seen.kept_whole),
        ("in review", seen.in_review),
        ("failed", seen.failed),
        ("there twice", seen.duplicates),
        ("excluded", seen.excluded),
    )
    told = ", ".join(f"<b>{count:,}</b> {name}" for name, count in rows)
    return f'<h3>The index</h3><p id="index-counts">{told}.</p>{ended}'


def history_html(seen: Overview, acts: Sequence[ArchiveRow]) -> str:
    """Builds that were finished and what else was done, the newest first, with who and when."""
    rows = [
        *((dt.datetime.fromisoformat(each.finished), _build(each, seen)) for each in seen.builds),
        *((act.at, _act(act)) for act in acts),
    ]
    if not rows:
        return '<p class="quiet">Nothing was done yet.</p>'
    rows.sort(key=lambda row: row[0], reverse=True)
    told = "".join(
        f'<tr><td><time datetime="{at.isoformat()}">{when(at)}</time></td>{cells}</tr>'
        for at, cells in rows
    )
    return (
        '<div class="history" tabindex="0" role="region" aria-label="History"><table><thead><tr>'
        f"<th>When</th><th>Who</th><th>What</th></tr></thead><tbody>{told}</tbody></table></div>"
    )


def when(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%d %b %Y, %H:%M} UTC"


def _build(build: BuildRecord, seen: Overview) -> str:
    counts = (
        ("new", build.new),
        ("changed", build.changed),
        ("removed", build.removed),
        ("unchanged", build.unchanged),
        ("failed", build.failed),
        ("in review", build.in_review),
    )
    told = ", ".join(f"{count:,} {name}" for name, count in counts if count)
    names = {seen.active: "active now", seen.previous: "the one before"}
    which = names.get(build.collection, "")
    badge = f' <span class="badge">{which}</span>' if which else ""
    if build.spans:
        told += f"; {sum(build.spans.values()):,} identifiers replaced"
    what = f"built: {told or 'nothing changed'}, in {_duration(build.seconds)}"
    return f"<td>{escape(build.who) or '–'}</td><td>{what}{badge}</td>"


def _act(act: ArchiveRow) -> str:
    return f"<td>{escape(act.who) or '–'}</td><td>{_ACT[act.act]}</td>"


def _counts(rows: Iterable[tuple[str, int]]) -> str:
    cells = "".join(f"<span><b>{count:,}</b> {escape(name)}</span>" for name, count in rows)
    return f'<div class="counter">{cells}</div>'


def _reasons(reasons: Reasons) -> str:
    if not reasons:
        return ""
    rows = "".join(
        f"<li><b>{escape(id_)}</b> {escape(reason)}</li>" for id_, reason in reasons[:_SHOWN]
    )
    more = len(reasons) - _SHOWN
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return f'<ul class="findings">{rows}{rest}</ul>'


def _rate(per_second: float) -> str:
    return f"{per_second:.0f}" if per_second >= 10 else f"{per_second:.1f}"


def _duration(seconds: float) -> str:
    """e.g. `40 s`, `12 min`, `3 h 20 min`"""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
