"""In which direction was each unanswered probe lost?

A stateful reflector numbers its replies by itself, so a number missing among the replies is a
reply lost on the way back, and a probe that no reply number is missing for never got there. Between
two answered probes, with m probes unanswered and k reply numbers missing: k = 0 means all m were
lost forward, k >= m all backward. In between, the counts are known but not which probe is which:
those are ``lost``, direction unknown, and so is what follows the last answer. So is everything if
one number was given to two probes: then the reflector was started again meanwhile. What cannot be
seen: a copy that the network made of a probe, with its answer lost too, looks like one more lost
reply.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from itertools import pairwise

from netkit.model.sample import Outcome

_BEFORE_FIRST = -1


def attribute_losses(
    unanswered: Collection[int], replies: Mapping[int, Collection[int]], *, stateful: bool
) -> dict[int, Outcome]:
    """The outcome of each unanswered sequence number.

    ``replies`` gives, for every answered number, the reflector's sequence numbers of its answers.
    Numbers that were refused or never sent belong in neither. A reflector that is stateless, or
    not known to be stateful, copies numbers and tells nothing.
    """
    found = dict.fromkeys(unanswered, Outcome.LOST)
    if not stateful or not replies:
        return found
    seen = sorted({number for numbers in replies.values() for number in numbers})
    answered = [(sequence, min(numbers)) for sequence, numbers in sorted(replies.items())]
    if len({number for _, number in answered}) < len(answered):
        return found
    if _counts_from_zero(answered[0], unanswered):
        answered.insert(0, (_BEFORE_FIRST, _BEFORE_FIRST))
    missing = sorted(found)
    for (after, low), (before, high) in pairwise(answered):
        gap = missing[bisect_right(missing, after) : bisect_left(missing, before)]
        if gap and low < high:
            seen_between = bisect_left(seen, high) - bisect_right(seen, low)
            lost_replies = high - low - 1 - seen_between
            found.update(dict.fromkeys(gap, _direction(len(gap), lost_replies)))
    return found


def _direction(probes: int, lost_replies: int) -> Outcome:
    if lost_replies == 0:
        return Outcome.LOST_FORWARD
    return Outcome.LOST_BACKWARD if lost_replies >= probes else Outcome.LOST


def _counts_from_zero(first: tuple[int, int], unanswered: Collection[int]) -> bool:
    """Whether the first answer's number fits a reflector that met this session just now."""
    sequence, number = first
    return number <= sum(missing < sequence for missing in unanswered)
