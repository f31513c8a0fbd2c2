"""The routing matrix: which flow may have crossed which links, and which links look alike in it.

Links that the same flows cross in the same way have equal columns: whatever happens on one of them
could have happened on the other, and no measurement here tells them apart. They are one column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from netkit.model.srv6.route import Arc, Hop, Route

_DIGITS = 9
"""Shares are sums and products of fractions: equal ones may differ in the last bits."""

Crossings = Mapping[Arc, tuple[float, ...]]
"""For each arc the chance to cross it, leg by leg; legs that cannot cross it are left out."""


@dataclass(frozen=True, slots=True)
class Column:
    """Arcs that every branch of every flow crosses together or not at all.

    ``group`` numbers those that are crossed with equal chances: a fault on any one link of a group
    looks the same from here.
    """

    arcs: tuple[Arc, ...]
    group: int


def crossings(route: Route) -> Crossings:
    """How likely a flow crosses each arc. O(hops)."""
    found: dict[Arc, list[float]] = defaultdict(list)
    for leg in route.legs:
        for hop, chance in _chances(leg):
            found[hop.arc].append(round(chance, _DIGITS))
    return {arc: tuple(sorted(chances)) for arc, chances in found.items()}


def columns(routes: Sequence[Route]) -> tuple[Column, ...]:
    """The columns of these flows, in order of their arcs. O(hops of all flows)."""
    rows: dict[Arc, list[tuple[int, tuple[float, ...]]]] = defaultdict(list)
    for number, route in enumerate(routes):
        for arc, chances in crossings(route).items():
            rows[arc].append((number, chances))
    groups: dict[tuple[tuple[int, tuple[float, ...]], ...], list[Arc]] = defaultdict(list)
    for arc in sorted(rows):
        groups[tuple(rows[arc])].append(arc)
    return tuple(
        Column(tuple(together), number)
        for number, (key, arcs) in enumerate(groups.items())
        for together in _together(arcs, [routes[row] for row, chances in key if not _sure(chances)])
    )


def _sure(chances: tuple[float, ...]) -> bool:
    return all(chance == 1.0 for chance in chances)


def _chances(leg: Sequence[Hop]) -> Iterable[tuple[Hop, float]]:
    reached: dict[str, float] = defaultdict(float)
    if leg:
        reached[leg[0].tail] = 1.0
    for hop in leg:
        chance = reached[hop.tail] * hop.share
        reached[hop.head] += chance
        yield hop, chance


def _together(arcs: Sequence[Arc], unsure: Sequence[Route]) -> Iterable[list[Arc]]:
    """Parts of a group that no branch separates."""
    if not unsure or len(arcs) == 1:
        return [list(arcs)]
    number = {arc: (place,) for place, arc in enumerate(arcs)}
    separated: dict[tuple[tuple[int, ...], ...], list[Arc]] = defaultdict(list)
    signs: dict[Arc, list[tuple[int, ...]]] = {arc: [] for arc in arcs}
    for route in unsure:
        branches = sorted(branch for branch, _ in branches_over(route, number))
        for arc, (place,) in number.items():
            signs[arc].append(tuple(branch.count(place) for branch in branches))
    for arc in arcs:
        separated[tuple(signs[arc])].append(arc)
    return separated.values()


Branch = tuple[int, ...]
"""The columns that a branch crosses, in rising order; one that is crossed twice is there twice."""


def branches_over(
    route: Route, columns_of: Mapping[Arc, tuple[int, ...]], most: int | None = None
) -> list[tuple[Branch, float]]:
    """The branches of a route as far as they differ in the columns asked for, and their shares.

    None at all if there are more than ``most`` at any point: such a flow says little of any link.
    O(hops × branches that differ).
    """
    whole: dict[Branch, float] = {(): 1.0}
    for leg in route.legs:
        done = _leg_branches(leg, columns_of, most)
        whole = _sums(
            (tuple(sorted(first + then)), share * chance)
            for first, share in whole.items()
            for then, chance in done.items()
        )
        if not whole or (most is not None and len(whole) > most):
            return []
    return list(whole.items())


def _leg_branches(
    leg: Sequence[Hop], columns_of: Mapping[Arc, tuple[int, ...]], most: int | None
) -> dict[Branch, float]:
    """What packets have crossed when they are at the end of the leg, node after node."""
    if not leg:
        return {(): 1.0}
    at: dict[str, dict[Branch, float]] = {leg[0].tail: {(): 1.0}}
    for hop in leg:
        here = at.setdefault(hop.head, {})
        for branch, share in at[hop.tail].items():
            crossed = tuple(sorted(branch + columns_of.get(hop.arc, ())))
            here[crossed] = here.get(crossed, 0.0) + share * hop.share
        if most is not None and len(here) > most:
            return {}
    return at[leg[-1].head]


def _sums(parts: Iterable[tuple[Branch, float]]) -> dict[Branch, float]:
    found: dict[Branch, float] = {}
    for branch, share in parts:
        found[branch] = found.get(branch, 0.0) + share
    return found
