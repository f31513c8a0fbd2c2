"""The smallest sets of columns that explain every flow that changed: hitting sets, all of them.

A set explains if every changed flow may have crossed one of its members and none of them is
exonerated. A column is exonerated by one unchanged flow that must have crossed it: what would be
seen of it there was not seen. (Changes that cancel each other out are not thought of here; the
posterior does.)

Branch and bound with iterative deepening (Reiter 1987; Korf 1985): a flow that is not yet explained
is picked, the one with the fewest suspects, and each of them is tried; what was tried before is
left out, so that no set is met twice. Flows that share no suspects need one member each, which
bounds from below what is still to come. Exact; exponential in the size of the answer alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

MOST_SETS = 1000
"""So many smallest sets are listed; more would name half the network."""

Suspects = frozenset[int]


def smallest_sets(
    flows: Sequence[Collection[int]], largest: int, most: int = MOST_SETS
) -> tuple[Suspects, ...]:
    """All smallest sets that hit each of ``flows``, sorted; none if that takes over ``largest``.

    A flow is the columns that may explain it. Raises ValueError for one without any.

    >>> smallest_sets([{1, 2}, {2, 3}, {2, 4}], largest=3)
    (frozenset({2}),)
    """
    needed = _without_supersets([frozenset(flow) for flow in flows])
    if frozenset() in needed:
        raise ValueError("a flow without suspects cannot be explained")
    for size in range(largest + 1):
        found: list[Suspects] = []
        for one in _sets(needed, size, frozenset()):
            found.append(one)
            if len(found) == most:
                break
        if found:
            return tuple(sorted(found, key=sorted))
    return ()


def _sets(needed: Sequence[Suspects], size: int, cleared: Suspects) -> Iterator[Suspects]:
    """The sets of ``size`` members that hit all of ``needed`` without any that is ``cleared``.

    ``needed`` has the flow with the fewest suspects first.
    """
    if not needed:
        if size == 0:
            yield frozenset()
        return
    if _fewest(needed) > size:
        return
    narrowest = needed[0]
    for suspect in sorted(narrowest):
        cleared = cleared | {suspect}
        rest = [flow - cleared for flow in needed if suspect not in flow]
        if all(rest):
            for more in _sets(_without_supersets(rest), size - 1, cleared):
                yield more | {suspect}


def _fewest(needed: Sequence[Suspects]) -> int:
    """How many members it takes at the least: flows, picked greedily, that share no suspects."""
    taken: set[int] = set()
    count = 0
    for flow in sorted(needed, key=len):
        if taken.isdisjoint(flow):
            taken |= flow
            count += 1
    return count


def _without_supersets(flows: Collection[Suspects]) -> list[Suspects]:
    """Whoever hits a flow hits all that have its suspects and more."""
    kept: list[Suspects] = []
    for flow in sorted(set(flows), key=lambda one: (len(one), sorted(one))):
        if not any(less <= flow for less in kept):
            kept.append(flow)
    return kept
