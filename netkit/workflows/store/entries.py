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
    of_rows = np.array([named[row[0]] for row in rows])
    start_ns, length_ns = np.array([row[1:3] for row in rows]).T
    back = _HEAD + facts.width
    joined = chosen(of_rows[:, 0], start_ns, length_ns, _ended(facts, of_rows[:, 1] == 1))
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


def _ended(facts: Facts, at_sender: NDArray[np.bool_]) -> Ended:
    rows, fresh = facts.rows, facts.fresh
    disputed, incomplete = np.zeros((2, len(rows)), np.bool_)
    dropped, refused = np.zeros((2, len(rows)))
    disputed[:fresh] = [row[-1] for row in rows[:fresh]]
    for place, column in enumerate((incomplete, dropped, refused), -len(JOINING)):
        column[fresh:] = [row[place] for row in rows[fresh:]]
    forward, backward = _HEAD, _HEAD + facts.width
    probes = _probes(rows, backward + facts.width, at_sender)
    return Ended(
        at_sender, _fields(rows, forward, probes), _fields(rows, backward, probes), incomplete,
        dropped, refused, np.arange(len(rows)) >= fresh, disputed,
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


def _probes(rows: Sequence[Row], place: int, at_sender: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The two counts of probes of all rows; a reflector knows neither."""
    counts = np.array([row[place : place + COUNTING] for row in rows], np.float64)
    counts[~at_sender] = np.nan
    return counts


def _fields(rows: Sequence[Row], place: int, probes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The FIELDS of one direction of all rows; None becomes NaN."""
    last = place + DELAY - 1
    numbers = [row[place:last] for row in rows]
    verdicts = [_NUMBER[row[last]] for row in rows]
    return np.column_stack([probes, np.array(numbers, np.float64), verdicts])
