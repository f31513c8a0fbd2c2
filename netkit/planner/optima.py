"""The best paths of many demands: one search for all ends of a source where that repays.

Each is the path of :func:`~netkit.planner.search.cspf.least_cost_path`, ties included: what one
search for all cannot tell is searched for by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from netkit.model.srv6.segment_list import Path
from netkit.planner.search.candidate_path import PathComputation
from netkit.planner.search.cspf import PATIENCE, least_cost_path
from netkit.planner.search.segment_costs import SteeringCosts

SHARED = 20
"""Ends of one source from which on one search for all of them repays."""

PATIENCE_SHARED = 250
"""Labels for each end that such a search settles in the time of a search for that end alone."""


def shared_optima(asked: Sequence[PathComputation]) -> dict[int, Path | None]:
    """The best paths that searches for all ends of a source tell, by places in ``asked``."""
    found: dict[int, Path | None] = {}
    kinds: dict[int, list[int]] = {}
    for place, one in enumerate(asked):
        kinds.setdefault(id(one.costs), []).append(place)
    for places in kinds.values():
        ends = {place: asked[place].ends for place in places}
        bounds_us = {place: asked[place].demand.bound_us for place in places}
        found.update(_by_sources(asked[places[0]].costs, ends, bounds_us))
    return found


def least_cost_paths(
    costs: SteeringCosts, ends: Sequence[tuple[int, int]], bounds_us: Sequence[int]
) -> list[Path | None]:
    """The best paths of many pairs of ends under the same costs."""
    network = costs.igp.network
    if not network.compiled or not costs.plain:
        return [
            least_cost_path(costs, *pair, bound_us)
            for pair, bound_us in zip(ends, bounds_us, strict=True)
        ]
    from netkit.planner.search.compiled_searches import compiled_paths

    found = dict(_by_sources(costs, dict(enumerate(ends)), dict(enumerate(bounds_us))))
    left = [place for place in range(len(ends)) if place not in found]
    if left:
        each = [ends[place] for place in left], [bounds_us[place] for place in left]
        for place, arcs in zip(left, compiled_paths(costs, *each, PATIENCE), strict=True):
            found[place] = None if arcs is None else network.names.path(ends[place][0], arcs)
    return [found[place] for place in range(len(ends))]


def _by_sources(
    costs: SteeringCosts, ends: Mapping[int, tuple[int, int]], bounds_us: Mapping[int, int]
) -> Iterator[tuple[int, Path | None]]:
    """Those that one search for all ends of a source tells."""
    network = costs.igp.network
    if not network.compiled or not costs.plain:
        return
    for src, places in _grouped(ends):
        if len(places) < SHARED:
            continue
        from netkit.planner.search.compiled_searches import compiled_paths_from

        dsts, most_us = [ends[place][1] for place in places], [bounds_us[k] for k in places]
        paths = compiled_paths_from(costs, src, dsts, most_us, PATIENCE_SHARED * len(dsts))
        for number, arcs in paths.items():
            yield places[number], None if arcs is None else network.names.path(src, arcs)


def _grouped(ends: Mapping[int, tuple[int, int]]) -> Iterable[tuple[int, list[int]]]:
    """Places by their sources."""
    found: dict[int, list[int]] = {}
    for place, (src, _) in ends.items():
        found.setdefault(src, []).append(place)
    return found.items()
