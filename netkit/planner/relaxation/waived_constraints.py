"""Constraints as what can be given up of them, one by one.

Problem: a smallest set of constraints whose removal makes a list possible, a minimal correction
set. Sets are tried by size, so the first that works is smallest; the number of sets is exponential
in the number of constraints, so beyond a stated count one irreducible set is found instead, by
putting constraints back one at a time.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

from netkit.model.planning.demand import Constraints
from netkit.model.planning.relaxation import WaivedConstraint
from netkit.model.srv6.segment_list import CandidatePath
from netkit.model.units import PPB

LIMITS = {
    "max_hops": ("hops", 10**6),
    "max_jitter_us": ("jitter_us", 10**10),
    "max_loss_ppb": ("loss_ppb", PPB - 1),
}
"""Each limit's figure in a certificate, and more of it than any path has."""

MOST_SETS = 8
"""So many smallest sets of constraints are named; more are not looked for."""

MOST_TRIED = 2000
"""So many sets are tried for the smallest; then one is looked for of which nothing can be kept."""

Lists = Callable[[Constraints], CandidatePath | None]
Found = tuple[tuple[WaivedConstraint, ...], CandidatePath]


def smallest(asked: Constraints, list_under: Lists) -> list[Found]:
    """The smallest sets that are enough to give up, each with the list that there is then.

    At most ``MOST_TRIED`` sets are tried; where the smallest are not among them, the one set is
    given from which nothing can be left out.
    """
    parts = tuple(atoms(asked))
    whole = list_under(without(asked, parts)) if parts else None
    if whole is None:
        return []
    tried = 0
    for size in range(1, len(parts) + 1):
        tried += math.comb(len(parts), size)
        if tried > MOST_TRIED:
            return [_irreducible(asked, parts, whole, list_under)]
        sets = itertools.combinations(parts, size)
        enough = (
            (waived, list_) for waived in sets if (list_ := list_under(without(asked, waived)))
        )
        found = list(itertools.islice(enough, MOST_SETS))
        if found:
            return found
    return []


def _irreducible(
    asked: Constraints,
    waived: tuple[WaivedConstraint, ...],
    list_: CandidatePath,
    list_under: Lists,
) -> Found:
    """``waived`` without what can be kept, tried from the first on."""
    for one in waived:
        fewer = tuple(other for other in waived if other != one)
        found = list_under(without(asked, fewer))
        if found is not None:
            waived, list_ = fewer, found
    return waived, list_


def atoms(asked: Constraints) -> Iterator[WaivedConstraint]:
    """The least that can be given up: a limit, one name of a list, all of ``include_any``."""
    for name, value in asked.given.items():
        if name == "include_any":
            yield WaivedConstraint(name)
        elif isinstance(value, frozenset | tuple):
            yield from (WaivedConstraint(name, one) for one in sorted(set(value)))
        elif name != "metric":
            yield WaivedConstraint(name, value)


def without(asked: Constraints, waived: Sequence[WaivedConstraint]) -> Constraints:
    """The constraints that are left."""
    for one in waived:
        value = asked.given[one.constraint]
        if one.value is None or isinstance(value, int):
            asked = asked.without(one.constraint)
        else:
            left = type(value)(name for name in value if name != one.value)
            asked = Constraints(**{**asked.given, one.constraint: left})
    return asked


def taken(name: str, list_: CandidatePath) -> int:
    """What a list takes of what a limit limits; it keeps the limit, so that is known."""
    return int(getattr(list_.certificate, LIMITS[name][0]))
