"""In which direction was each unanswered probe lost?

A stateful reflector numbers its replies by itself, in the order in which probes arrive, so a number
missing among the replies is a reply lost on the way back, and a probe that no missing number can
be the reply to never got there. Had an unanswered probe arrived, then after those sent before it
and before those sent after it, and its number would lie between theirs. Where probes overtook each
other, that much nearer ones do not count: what the answered ones show of overtaking may have
happened to the others too.

Between the numbers that bound a probe so, k are missing, and m unanswered probes may have got them:
k = 0 means that it was lost forward, k >= m that all m were lost backward. In between, the counts
are known but not which probe is which: those are ``lost``, direction unknown, and so is what
follows the last answer. So is everything if one number was given to two probes: then the reflector
was started again meanwhile. What cannot be seen: a copy that the network made of a probe, with its
answer lost too, looks like one more lost reply.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome

Numbers = NDArray[np.int64]

NEAR = 256
"""Overtaking tells of losses up to one or two times so many answers away."""

_NEVER, _EVER = -(1 << 40), 1 << 40


def attribute_losses(
    unanswered: Collection[int], replies: Mapping[int, Collection[int]], *, stateful: bool
) -> dict[int, Outcome]:
    """The outcome of each unanswered sequence number.

    ``replies`` gives, for every answered number, the reflector's sequence numbers of its answers.
    Numbers that were refused or never sent belong in neither. A reflector that is stateless, or
    not known to be stateful, copies numbers and tells nothing.
    """
    missing, answered = sorted(unanswered), sorted(replies)
    if not stateful:
        return dict.fromkeys(missing, Outcome.LOST)
    forward, backward = directions(
        np.array(missing, np.int64),
        np.array(answered, np.int64),
        np.array([min(replies[sequence]) for sequence in answered], np.int64),
        np.array([number for numbers in replies.values() for number in numbers], np.int64),
        from_start=True,
    )
    found = dict.fromkeys(missing, Outcome.LOST)
    for sequence, there, back in zip(missing, forward.tolist(), backward.tolist(), strict=True):
        if there or back:
            found[sequence] = Outcome.LOST_FORWARD if there else Outcome.LOST_BACKWARD
    return found


def directions(
    unanswered: Numbers, answered: Numbers, lowest: Numbers, seen: Numbers, *, from_start: bool
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of ``unanswered`` were lost forward, and which backward; of others it is not known.

    The reflector is one that is known to be stateful. ``answered`` and ``unanswered`` are
    ascending; ``lowest`` is the least reply number of each answered probe, ``seen`` holds all reply
    numbers. ``from_start``: these are all probes of the session from number 0 on, and not only the
    latest. O(n log n), or O(n) where hardly anything is out of order.
    """
    nobody = np.zeros(len(unanswered), np.bool_)
    if not len(answered) or not len(unanswered) or len(_distinct(lowest)) < len(lowest):
        return nobody, nobody
    low, high = _bounds(unanswered, answered, lowest, from_start=from_start)
    seen = _distinct(seen)
    between = np.searchsorted(seen, high) - np.searchsorted(seen, low, side="right")
    lost_replies = high - low - 1 - between
    # Those whose bounds leave them a number that these bounds leave as well.
    rivals = np.searchsorted(low, high - 2, side="right")
    rivals -= np.searchsorted(high, low + 1, side="right")
    bounded = (low != _NEVER) & (high != _EVER)
    forward = bounded & (lost_replies == 0)
    return forward, bounded & ~forward & (lost_replies >= rivals)


def _bounds(
    unanswered: Numbers, answered: Numbers, lowest: Numbers, *, from_start: bool
) -> tuple[Numbers, Numbers]:
    """What the number of each probe's reply would lie between; both ascending."""
    reach = _overtaken(unanswered, answered, lowest)
    before = np.searchsorted(answered, unanswered - reach)
    after = np.searchsorted(answered, unanswered + reach, side="right")
    floor = _NEVER
    # A first number that fits a reflector that met this session just now.
    least = int(lowest.argmin())
    if from_start and lowest[least] <= np.searchsorted(unanswered, answered[least] + reach.max()):
        floor = -1
    highest = np.concatenate([[floor], np.maximum.accumulate(lowest)])
    least_after = np.concatenate([np.minimum.accumulate(lowest[::-1])[::-1], [_EVER]])
    # Wider where neighbours with more overtaking around them are.
    low = np.minimum.accumulate(highest[before][::-1])[::-1]
    return low, np.maximum.accumulate(least_after[after])


def _overtaken(unanswered: Numbers, answered: Numbers, lowest: Numbers) -> Numbers:
    """By probes how much younger, at most, answered ones near each unanswered were overtaken."""
    if (lowest[1:] > lowest[:-1]).all():
        return np.zeros(len(unanswered), np.int64)
    order = np.argsort(lowest, kind="stable")
    behind = np.zeros(len(answered), np.int64)
    behind[order] = np.maximum.accumulate(answered[order]) - answered[order]
    most = np.maximum.reduceat(behind, np.arange(0, len(behind), NEAR))
    around = np.concatenate([[0], most, [0]])
    near = np.maximum(np.maximum(around[:-2], around[1:-1]), around[2:])
    place = np.searchsorted(answered, unanswered) // NEAR
    return np.asarray(near[np.minimum(place, len(near) - 1)])


def _distinct(numbers: Numbers) -> Numbers:
    """Ascending, each once; they mostly come in order, where sorting beats numpy's hashing."""
    ordered = np.sort(numbers, kind="stable")
    return np.asarray(ordered[np.append(True, np.diff(ordered) > 0)])
