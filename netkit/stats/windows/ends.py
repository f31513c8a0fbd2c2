"""Both ends of many sessions joined at once, by the rules of :mod:`.joined`; numpy columns.

A direction's figures are a row of FIELDS, float64; what is unknown is NaN, and stays it in a sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.model.verdict import Verdict

FIELDS = (
    "sent", "received", "lost", "duplicates", "reordered", "uncertainty_ns", "low_ns", "high_ns",
    "verdict",
)  # fmt: skip
SENT, RECEIVED, LOST, _, _, UNCERTAINTY, LOW, HIGH, VERDICT = range(len(FIELDS))
COUNTS = slice(SENT, UNCERTAINTY)

SEVERITY = (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.UNKNOWN, Verdict.BREACH)
"""Verdicts by their number in a row; of several the largest is the worst."""

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Of each session and time: which row tells what of it, and its forward direction joined.

    ``forward_row`` has the forward delays. ``sender_row`` is the sender's, which alone knows the
    backward direction; -1 where only the reflector was seen.
    """

    forward_row: _Ints
    sender_row: _Ints
    forward: _Floats


def chosen(session: _Ints, start_ns: _Ints, length_ns: _Ints, at_sender: NDArray[np.bool_],
           forward: _Floats) -> Chosen:  # fmt: skip
    """Join rows of one session, start and length: the sender's, the reflector's, or both.

    ``forward`` has the FIELDS of each row. O(n log n).
    """
    order = np.lexsort((~at_sender, length_ns, start_ns, session))
    keys = np.stack([session[order], start_ns[order], length_ns[order]])
    new = np.ones(order.size, np.bool_)
    new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    first = np.flatnonzero(new)
    both = np.diff(first, append=order.size) > 1
    one = order[first]
    other = np.where(both, order[np.minimum(first + 1, order.size - 1)], one)
    joined, from_other = _joined(forward[one], forward[other], both)
    sender = np.where(at_sender[one], one, -1)
    return Chosen(np.where(from_other, other, one), sender, joined)


def _joined(
    sender: _Floats, reflector: _Floats, both: NDArray[np.bool_]
) -> tuple[_Floats, NDArray[np.bool_]]:
    received = reflector[:, RECEIVED]
    more = both & (received >= np.nan_to_num(sender[:, RECEIVED], nan=0.0))
    whole = np.where(more[:, None], reflector, sender)
    whole[:, [SENT, VERDICT]] = sender[:, [SENT, VERDICT]]
    sent = sender[:, SENT]
    lost = np.where(received <= sent, sent - received, sender[:, LOST])
    whole[:, LOST] = np.where(more, lost, sender[:, LOST])
    certified = ~np.isnan(sender[:, LOW])
    whole[certified, LOW : HIGH + 1] = sender[certified, LOW : HIGH + 1]
    return whole, more


def summed(rows: _Floats, timed: NDArray[np.bool_], group: _Ints, groups: int) -> _Floats:
    """The FIELDS of each group of rows: as :func:`~.merged.merged_direction` of its parts.

    ``timed`` are rows that have delays, of which alone errors and certificates tell.
    """
    whole = np.zeros((groups, len(FIELDS)))
    np.add.at(whole[:, COUNTS], group, rows[:, COUNTS])
    for field, start, reduced in (
        (UNCERTAINTY, -np.inf, np.maximum), (LOW, np.inf, np.minimum), (HIGH, np.inf, np.minimum),
    ):  # fmt: skip
        whole[:, field] = start
        with np.errstate(invalid="ignore"):  # what one part does not know, the whole does not
            reduced.at(whole[:, field], group[timed], rows[timed, field])
    whole[~np.isfinite(whole)] = np.nan
    whole[:, VERDICT] = 0
    np.maximum.at(whole[:, VERDICT], group, rows[:, VERDICT])
    return whole


def verdict_of(number: float) -> Verdict:
    """The verdict of a row."""
    return SEVERITY[int(number)]
