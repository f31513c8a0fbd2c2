"""One direction of one session in one stored row: what a history is summed of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.stats.windows.ends import LOST, SENT, SEVERITY, Ended, chosen
from netkit.store.windows.history.facts import COUNTING, JOINING, Facts
from netkit.store.windows.rows import Row

COLUMNS = (
    "sent", "received", "lost", "duplicates", "reordered", "uncertainty_ns", "certified_low_ns",
    "certified_high_ns", "verdict", "delay", "ipdv",
)  # fmt: skip
"""The FIELDS but those of probes, then the counts."""

DELAY, IPDV = COLUMNS.index("delay"), COLUMNS.index("ipdv")
_HEAD = 3
_NUMBER = {verdict.value: number for number, verdict in enumerate(SEVERITY)}


@dataclass(frozen=True, slots=True)
class Entries:
    """One direction of one session in one stored row: which row, of what, and where its counts are.

    ``place`` is the column of the row at which its direction begins.
    """

    fields: NDArray[np.float64]
    row: NDArray[np.int64]
    place: NDArray[np.int64]
    direction: NDArray[np.int64]
    start_ns: NDArray[np.int64]
    by_sender: NDArray[np.bool_]
    disputed: NDArray[np.bool_]


def entries_of(facts: Facts, directions: dict[tuple[str, ...], int]) -> Entries:
    """The entries of all rows, both ends of a session joined; ``directions`` are numbered anew."""
    rows = facts.rows
    sessions: dict[tuple[str, ...], int] = {}
    named = {}
    for number, (campaign, observer, src, dst, flow) in facts.series.items():
        session = sessions.setdefault((campaign, src, dst, flow), len(sessions))
        ways = [
            directions.setdefault((campaign, *ends, flow), len(directions))
            for ends in ((src, dst), (dst, src))
        ]
        named[number] = session, int(observer == src), *ways
    columns = list(zip(*rows, strict=False))  # rows differ in what comes after the counts
    of_rows = np.array([named[number] for number in columns[0]])
    start_ns, length_ns = np.array(columns[1]), np.array(columns[2])
    back = _HEAD + facts.width
    joined = chosen(of_rows[:, 0], start_ns, length_ns, _ended(facts, columns, of_rows[:, 1] == 1))
    told = np.flatnonzero(joined.by_sender)
    row = np.concatenate([joined.row, joined.row[told]])
    place = np.repeat([_HEAD, back], [joined.row.size, told.size])
    entries = Entries(
        np.concatenate([joined.forward, joined.backward[told]]),
        row,
        place,
        np.where(place == _HEAD, of_rows[row, 2], of_rows[row, 3]),
        start_ns[row],
        np.concatenate([joined.by_sender, joined.by_sender[told]]),
        np.concatenate([joined.disputed, joined.disputed[told]]),
    )
    # Without directions of which an end saw nothing at all.
    return taken(entries, np.asarray(~np.isnan(entries.fields[:, SENT : LOST + 1]).all(axis=1)))


def _ended(facts: Facts, columns: Sequence[Row], at_sender: NDArray[np.bool_]) -> Ended:
    rows, fresh = facts.rows, facts.fresh
    disputed, incomplete = np.zeros((2, len(rows)), np.bool_)
    dropped, refused = np.zeros((2, len(rows)))
    disputed[:fresh] = [row[-1] for row in rows[:fresh]]
    for place, column in enumerate((incomplete, dropped, refused), -len(JOINING)):
        column[fresh:] = [row[place] for row in rows[fresh:]]
    forward, backward = _HEAD, _HEAD + facts.width
    probes = _probes(columns[backward + facts.width :][:COUNTING], at_sender)
    return Ended(
        at_sender, _fields(columns[forward:], probes), _fields(columns[backward:], probes),
        incomplete, dropped, refused, np.arange(len(rows)) >= fresh, disputed,
    )  # fmt: skip


def taken(entries: Entries, which: NDArray[np.bool_]) -> Entries:
    """Those that are marked."""
    return Entries(
        entries.fields[which], entries.row[which], entries.place[which],
        entries.direction[which], entries.start_ns[which], entries.by_sender[which],
        entries.disputed[which],
    )  # fmt: skip


def adding_up(entries: Entries, group: NDArray[np.int64]) -> NDArray[np.bool_]:
    """All but what a reflector alone saw where the sender saw something of the same piece."""
    seen = np.zeros(int(group.max(initial=-1)) + 1, np.bool_)
    seen[group[entries.by_sender]] = True
    return np.asarray(entries.by_sender | ~seen[group])


def _probes(counts: Sequence[Row], at_sender: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """The two counts of probes of all rows; a reflector knows neither."""
    return [np.where(at_sender, np.array(count, np.float64), np.nan) for count in counts]


def _fields(columns: Sequence[Row], probes: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The FIELDS of the direction whose columns come first; None becomes NaN."""
    numbers = [np.array(column, np.float64) for column in columns[: DELAY - 1]]
    verdicts = [_NUMBER[verdict] for verdict in columns[DELAY - 1]]
    return np.column_stack([*probes, *numbers, verdicts])
