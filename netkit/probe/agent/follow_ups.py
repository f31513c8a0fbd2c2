"""Which kernel T3 belongs to which reply of which flow, resolved as replies come in.

The rule is that of :mod:`netkit.probe.sender.exchanges`: a follow-up names a reply by its number,
and the stamp lies after the program's own T3 in it, by less than a second, and before that of
another probe's reply with the same number, as a reflector that was started again uses its numbers
again. Of a number that was given again only the latest stamp is kept, so that such an answer may be
left with the program's T3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netkit.probe.agent.rows import Numbers
from netkit.probe.sender.exchanges import SENDING_NS
from netkit.stats.sample_arrays import UNKNOWN

_Rows = NDArray[np.void]


def learn_follow_ups(
    rows: _Rows, numbers: _Rows, base: Numbers, mask: Numbers, replies: _Rows
) -> None:
    """Keep what ``replies`` tell, before they are entered; their rings begin at ``base``.

    O(1) a reply. Where a number is given anew, all rows of that number are looked at again.
    """
    known = np.flatnonzero(replies["t3_ns"] != UNKNOWN)
    places = base[known] + (replies["sequence"][known] & mask[known])
    number, probe = replies["sequence"][known], replies["sender_sequence"][known]
    again = (numbers["given"][places] == number) & (numbers["given_to"][places] != probe)
    # An answer that is late does not take the place of one that was given the number after it.
    newer = ~again | (replies["t3_ns"][known] > numbers["given_ns"][places])
    entered = places[newer]
    numbers["given"][entered], numbers["given_to"][entered] = number[newer], probe[newer]
    numbers["given_ns"][entered] = replies["t3_ns"][known][newer]
    told = np.flatnonzero(replies["followed"] != UNKNOWN)
    at = base[told] + (replies["followed"][told] & mask[told])
    _remember(numbers, at, replies[told])
    _tell(rows, numbers, base[told], mask[told], at)
    for one in known[again].tolist():
        _look_again(rows, numbers, int(base[one]), int(mask[one]), int(replies["sequence"][one]))


def take_follow_ups(rows: _Rows, numbers: _Rows, places: Numbers, at: Numbers) -> None:
    """Give the rows at ``places``, which have just been answered, what was told of their numbers.

    ``at`` are the places of these numbers.
    """
    # Of two stamps for one number only the later is here: an answer that is late had the other.
    same = (numbers["told"][at] == rows["sequence"][places]) & ~numbers["told_twice"][at]
    _give(rows, numbers, places[same], at[same])


def _remember(numbers: _Rows, at: Numbers, told: _Rows) -> None:
    """The latest stamp of each number, and whether there was another of the same number."""
    number, time_ns = told["followed"], told["follow_up_ns"]
    before = (numbers["told"][at] == number) & (numbers["told_ns"][at] != time_ns)
    twice = before | ((numbers["told"][at] == number) & numbers["told_twice"][at])
    numbers["told"][at], numbers["told_ns"][at] = number, time_ns
    numbers["told_source"][at] = told["follow_up_source"]
    twice |= (numbers["told"][at] == number) & (numbers["told_ns"][at] != time_ns)
    numbers["told_twice"][at] = False
    numbers["told_twice"][at[twice]] = True


def _tell(rows: _Rows, numbers: _Rows, base: Numbers, mask: Numbers, at: Numbers) -> None:
    """Give what has just been told to the row whose answer has that number, if it is there."""
    given = numbers["given"][at] == numbers["told"][at]
    at, places = at[given], (base + (numbers["given_to"][at] & mask))[given]
    same = (rows["answers"][places] > 0) & (rows["sequence"][places] == numbers["told"][at])
    _give(rows, numbers, places[same], at[same])


def _give(rows: _Rows, numbers: _Rows, places: Numbers, at: Numbers) -> None:
    after_ns = numbers["told_ns"][at] - np.where(
        rows["t3_ns"][places] == UNKNOWN, 0, rows["t3_ns"][places]
    )
    fits = (rows["t3_ns"][places] != UNKNOWN) & (after_ns >= 0) & (after_ns < SENDING_NS)
    # Of several that fit the earliest is its own: the others are of later lives of the reflector.
    known_ns, told_ns = rows["told_ns"][places], numbers["told_ns"][at]
    fits &= (known_ns == UNKNOWN) | (told_ns < known_ns)
    given_ns = numbers["given_ns"][at]
    anew = (numbers["given"][at] == rows["sequence"][places]) & (given_ns > rows["t3_ns"][places])
    fits &= ~(anew & (told_ns >= given_ns))
    places, at = places[fits], at[fits]
    rows["told_ns"][places] = numbers["told_ns"][at]
    rows["told_source"][places] = numbers["told_source"][at]


def _look_again(rows: _Rows, numbers: _Rows, base: int, mask: int, number: int) -> None:
    """One number, given to several probes: the stamp is of the last that was given it before."""
    ring, entry = rows[base : base + mask + 1], numbers[base + (number & mask)]
    same = np.flatnonzero((ring["answers"] > 0) & (ring["sequence"] == number))
    same = same[ring["t3_ns"][same] != UNKNOWN]
    given_ns = np.append(ring["t3_ns"][same], entry["given_ns"])
    for place in same.tolist():
        t3_ns, told_ns = int(ring["t3_ns"][place]), int(ring["told_ns"][place])
        later = given_ns[given_ns > t3_ns]
        if told_ns != UNKNOWN and later.size and told_ns >= int(later.min()):
            ring["told_ns"][place] = UNKNOWN
