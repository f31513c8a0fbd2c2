"""Both ends of many sessions joined at once, by the rules of :mod:`.joined`; numpy columns.

A direction's figures are a row of FIELDS, float64; what is unknown is NaN, and stays it in a sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.model.verdict import Verdict

FIELDS = (
    "probes", "unanswered", "sent", "received", "lost", "duplicates", "reordered",
    "uncertainty_ns", "low_ns", "high_ns", "verdict",
)  # fmt: skip
(
    PROBES, UNANSWERED, SENT, RECEIVED, LOST, DUPLICATES, REORDERED, UNCERTAINTY, LOW, HIGH, VERDICT
) = range(len(FIELDS))  # fmt: skip
COUNTS = slice(PROBES, UNCERTAINTY)

SEVERITY = (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.UNKNOWN, Verdict.BREACH)
"""Verdicts by their number in a row; of several the largest is the worst."""

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
_Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ended:
    """Rows of windows, each of one end: the FIELDS of both directions, and what else joining needs.

    ``fresh`` are windows as they were measured; of others, which were made of windows, the sender's
    have been joined. ``disputed`` were so when they were joined.
    """

    at_sender: _Bools
    forward: _Floats
    backward: _Floats
    incomplete: _Bools
    dropped: _Floats
    refused: _Floats
    fresh: _Bools
    disputed: _Bools

    def of(self, rows: _Ints) -> Ended:
        """Some of them."""
        return Ended(
            self.at_sender[rows], self.forward[rows], self.backward[rows], self.incomplete[rows],
            self.dropped[rows], self.refused[rows], self.fresh[rows], self.disputed[rows],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """Of each session and time: which ``row`` has its delays, and both directions joined.

    ``by_sender``: the sender saw it, who alone knows the backward direction.
    """

    row: _Ints
    by_sender: _Bools
    forward: _Floats
    backward: _Floats
    disputed: _Bools


def chosen(session: _Ints, start_ns: _Ints, length_ns: _Ints, ends: Ended) -> Chosen:
    """Join rows of one session, start and length: the sender's, the reflector's, or both.

    O(n log n).
    """
    order = np.lexsort((~ends.at_sender, length_ns, start_ns, session))
    keys = np.stack([session[order], start_ns[order], length_ns[order]])
    new = np.ones(order.size, np.bool_)
    new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    first = np.flatnonzero(new)
    one = order[first]
    forward, backward, disputed = ends.forward[one], ends.backward[one], ends.disputed[one]
    both = np.flatnonzero(np.diff(first, append=order.size) > 1)
    counted = both[_are_compared(ends, one[both], order[first[both] + 1])]
    sender, reflector = ends.of(one[counted]), ends.of(order[first[counted] + 1])
    there, right = _forward(sender, reflector)
    back, right_too = _backward(sender, reflector)
    right &= right_too
    disputed[counted] |= ~right
    forward[counted[right]], backward[counted[right]] = there[right], back[right]
    return Chosen(one, ends.at_sender[one], forward, backward, disputed)


def _are_compared(ends: Ended, sender: _Ints, reflector: _Ints) -> _Bools:
    whole = ends.fresh[sender] & ~ends.incomplete[sender] & ~ends.incomplete[reflector]
    return np.asarray(whole & ~np.isnan(ends.forward[reflector, RECEIVED]))


def _forward(sender: Ended, reflector: Ended) -> tuple[_Floats, _Bools]:
    """Joined, and where the ends do not dispute it."""
    seen, theirs = sender.forward, reflector.forward
    received = theirs[:, RECEIVED]
    lost = seen[:, SENT] - np.nan_to_num(sender.refused) - received - reflector.dropped
    came = np.nan_to_num(sender.backward[:, RECEIVED])
    answered = np.where(np.isnan(seen[:, RECEIVED]), came, seen[:, RECEIVED])
    unknown = np.isnan(seen[:, SENT])
    joined = seen.copy()
    joined[:, LOST] = lost
    for field in (RECEIVED, DUPLICATES, REORDERED):
        joined[:, field] = theirs[:, field]
    joined[unknown] = seen[unknown]
    return joined, unknown | ~((lost < 0) | (received < answered))


def _backward(sender: Ended, reflector: Ended) -> tuple[_Floats, _Bools]:
    """Joined, and where the ends do not dispute it."""
    seen, sent = sender.backward, reflector.backward[:, SENT]
    lost = sent - seen[:, RECEIVED] - sender.dropped
    known = ~np.isnan(lost)
    joined = seen.copy()
    joined[known, SENT], joined[known, LOST] = sent[known], lost[known]
    return joined, ~known | (lost >= 0)


def summed(rows: _Floats, timed: _Bools, group: _Ints, groups: int) -> _Floats:
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
