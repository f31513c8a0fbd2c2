"""The rules of ``losses`` over arrays: in which direction was each unanswered probe lost?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netkit.model.sample import Outcome
from netkit.probe.stream_samples import OUTCOME_CODE

_LOST, _FORWARD, _BACKWARD = (
    OUTCOME_CODE[outcome] for outcome in (Outcome.LOST, Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD)
)


def direct_losses(
    unanswered: NDArray[np.int64],
    answered: NDArray[np.int64],
    lowest: NDArray[np.int64],
    seen: NDArray[np.int64],
    *,
    from_start: bool,
) -> NDArray[np.uint8]:
    """The outcome code of each of ``unanswered``, of a reflector that is known to be stateful.

    ``answered`` and ``unanswered`` are ascending; ``lowest`` is the least reply number of each
    answered probe, ``seen`` holds all reply numbers. ``from_start``: these are all probes of the
    session from number 0 on, and not only the latest.
    """
    found = np.full(len(unanswered), _LOST, np.uint8)
    if not len(answered) or not len(unanswered) or len(_distinct(lowest)) < len(lowest):
        return found
    if from_start and lowest[0] <= np.searchsorted(unanswered, answered[0]):
        answered, lowest = np.insert(answered, 0, -1), np.insert(lowest, 0, -1)
    seen = _distinct(seen)
    high, low = lowest[1:], lowest[:-1]
    between = np.searchsorted(seen, high) - np.searchsorted(seen, low, side="right")
    lost_replies = high - low - 1 - between
    probes = np.diff(np.searchsorted(unanswered, answered))
    direction = np.where(lost_replies >= probes, _BACKWARD, _LOST)
    direction[lost_replies == 0] = _FORWARD
    direction[low >= high] = _LOST
    gap = np.searchsorted(answered, unanswered) - 1
    enclosed = (gap >= 0) & (gap < len(answered) - 1)
    found[enclosed] = direction[gap[enclosed]]
    return found


def _distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ascending, each once; they mostly come in order, where sorting beats numpy's hashing."""
    ordered = np.sort(numbers, kind="stable")
    return np.asarray(ordered[np.append(True, np.diff(ordered) > 0)])
