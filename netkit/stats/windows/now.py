"""The newest windows as rows of history: how each direction is now."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.model.measurement.window import DISPUTED, DelayCounts, DirectionWindow, Window
from netkit.stats.windows.columns import DelayRow
from netkit.stats.windows.counts import mean_ns, sketch_of
from netkit.stats.windows.history import PERCENTS, DirectionHistory
from netkit.stats.windows.joined import newest_sessions
from netkit.stats.windows.merged import merged_direction, total
from netkit.stats.windows.newest import Fresh, end_ns

_Names = tuple[str, str, str, str]


def directions_now(newest: Iterable[Window], fresh: Fresh) -> list[DirectionHistory]:
    """A row for each direction from the newest window of each session and end.

    Where that is not fresh any more nothing is known of now: the row says when it was, and is
    ``unknown``. A flow that has left its campaign has no row.
    """
    found: dict[_Names, list[tuple[Window, DirectionWindow]]] = {}
    sessions = newest_sessions(newest)
    gone = fresh.left(sessions)
    for one in sessions:
        key = one.key
        if key in gone:
            continue
        for src, dst, part in ((key.src, key.dst, one.forward), (key.dst, key.src, one.backward)):
            if part != DirectionWindow():
                found.setdefault((key.campaign, src, dst, key.flow), []).append((one, part))
    return [_row(names, parts, fresh) for names, parts in found.items()]


def _row(
    names: _Names, parts: list[tuple[Window, DirectionWindow]], limit: Fresh
) -> DirectionHistory:
    fresh = [(one, part) for one, part in parts if not limit.is_stale(one.key)]
    told = fresh or parts
    since_ns = min(one.key.start_ns for one, _ in told)
    until_ns = max(end_ns(one.key) for one, _ in told)
    whole = merged_direction([part for _, part in told]) if fresh else DirectionWindow()
    campaign, src, dst, flow = names
    return DirectionHistory(
        campaign, src, dst, flow, since_ns, until_ns, whole.sent, whole.received, whole.lost,
        whole.duplicates, whole.reordered, _delays(whole.delay), None, whole.uncertainty_ns,
        whole.certified_ns, whole.verdict, any(DISPUTED in one.notes for one, _ in fresh),
        total([one.probes for one, _ in fresh]) if fresh else None,
        total([one.unanswered for one, _ in fresh]) if fresh else None,
    )  # fmt: skip


def _delays(counts: DelayCounts | None) -> DelayRow | None:
    if counts is None or counts.min_ns is None or counts.max_ns is None:
        return None
    sketch, mean = sketch_of(counts), mean_ns(counts)
    percentiles = tuple(float(sketch.percentile(one) or 0) for one in PERCENTS)
    return DelayRow(counts.count, counts.min_ns, float(mean or 0), counts.max_ns, percentiles)
