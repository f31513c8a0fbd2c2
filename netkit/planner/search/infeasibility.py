"""Why a pair cannot have its tier: the first of floor, topology, delay and SID limit that binds.

Every answer names the nearest thing that would work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan import Cause, Reason
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import pair_floor_us
from netkit.model.srv6.segment_list import Path, Stitch, sids_pushed
from netkit.model.units import us_to_ms
from netkit.planner.network.igp import Igp
from netkit.planner.network.path_metrics import limits
from netkit.planner.search.binding_sids import unlimited
from netkit.planner.search.candidate_path import found_list, least_us, shortest_list
from netkit.planner.search.constraint_masks import steering
from netkit.planner.search.cspf import least_delay_path
from netkit.planner.search.segment_costs import SteeringCosts


def floor_of(igp: Igp, demand: Demand) -> float | None:
    """Great-circle light time of the pair in µs; None without coordinates."""
    nodes, index = igp.network.nodes, igp.network.index
    return pair_floor_us(nodes[index[demand.src]], nodes[index[demand.dst]])


def reason(costs: SteeringCosts, demand: Demand, options: PlanOptions) -> Reason:
    """Explain a demand for which :func:`~netkit.planner.search.candidate_path.certified_list` found
    no list.
    """
    igp = costs.igp
    src, dst = igp.network.index[demand.src], igp.network.index[demand.dst]
    fastest = least_delay_path(costs, src, dst)
    free = fastest
    if demand.constraints.given:
        free = least_delay_path(steering(igp, demand, Constraints()), src, dst)
    floor = floor_of(igp, demand)
    best_us = None if free is None else free.delay_us
    if floor is not None and floor > demand.bound_us:
        return Reason(Cause.FLOOR, _floor_text(demand, floor, best_us), best_us)
    if free is None:
        return Reason(Cause.DISCONNECTED, _disconnected_text(igp, demand))
    if free.delay_us > demand.bound_us:
        return Reason(Cause.DELAY, _delay_text(igp, demand, free, floor), best_us)
    if fastest is None or fastest.delay_us > demand.bound_us:
        return _constraints(igp, demand, fastest, free)
    best = least_us(costs, demand, options) if costs.plain else np.inf
    found = _sid_limit(demand, fastest, best, _sids_needed(costs, demand, options))
    return replace(found, text=found.text + _other_options(costs, demand, options))


def _constraints(igp: Igp, demand: Demand, fastest: Path | None, free: Path) -> Reason:
    """Name the constraints any one of which, given up, would let a path keep the bound."""
    src, dst = igp.network.index[demand.src], igp.network.index[demand.dst]
    asked, enough = demand.constraints, []
    for name in asked.given:
        path = least_delay_path(steering(igp, demand, asked.without(name)), src, dst)
        if path is not None and path.delay_us <= demand.bound_us:
            enough.append(f"{constraint_words(name)}, {_ms(path.delay_us)}")
    text = "no path keeps all constraints"
    if fastest is not None:
        text += f" and the bound: the fastest that keeps them takes {_ms(fastest.delay_us)}"
    text += "".join(_unstated(igp, demand))
    text += f"; without any, {_ms(free.delay_us)}; "
    text += f"enough to give up: {' or '.join(enough)}" if enough else "more than one must go"
    return Reason(Cause.CONSTRAINTS, text, None if fastest is None else fastest.delay_us)


def _unstated(igp: Igp, demand: Demand) -> Iterator[str]:
    """How many links a limit shuts out for want of a figure."""
    for measure, _ in limits(demand.constraints):
        unknown = int(np.isinf(igp.network.weight(measure)).sum())
        if unknown:
            every = len(igp.network.arcs)
            yield f"; {unknown} of {every} adjacencies do not state their {measure}"


def constraint_words(name: str) -> str:
    """A field of :class:`~netkit.model.planning.demand.Constraints` as people say it."""
    return name.removesuffix("_us").removesuffix("_ppb").replace("_", " ")


def _ms(delay_us: int) -> str:
    return f"{us_to_ms(delay_us):.3f} ms"


def _floor_text(demand: Demand, floor_us: float, best_us: int | None) -> str:
    text = (
        f"light in fibre needs {us_to_ms(floor_us):.3f} ms along the great circle, over the bound "
        f"of {us_to_ms(demand.bound_us):.3f} ms: no network can do it"
    )
    if best_us is not None:
        text += f"; the fastest path of this one takes {us_to_ms(best_us):.3f} ms"
    return text


def _disconnected_text(igp: Igp, demand: Demand) -> str:
    nodes, index = igp.network.nodes, igp.network.index
    first, second = nodes[index[demand.src]].operator, nodes[index[demand.dst]].operator
    if first == second:
        return f"no path inside operator {first}"
    return f"no path from operator {first} to operator {second} with one direct hand-over"


def _delay_text(igp: Igp, demand: Demand, fastest: Path, floor_us: float | None) -> str:
    excess_us = fastest.delay_us - demand.bound_us
    slow = sorted(
        zip(fastest.links, fastest.nodes, strict=False),
        key=lambda hop: -int(igp.network.delay_us[igp.network.arc_index[hop]]),
    )
    worst = ", ".join(
        f"{link} {us_to_ms(int(igp.network.delay_us[igp.network.arc_index[(link, at)]])):.3f} ms"
        for link, at in slow[:3]
    )
    text = (
        f"the fastest path takes {us_to_ms(fastest.delay_us):.3f} ms, "
        f"{us_to_ms(excess_us):.3f} ms over the bound of {us_to_ms(demand.bound_us):.3f} ms; "
        f"its slowest links: {worst}"
    )
    if floor_us is not None:
        text += f"; the great-circle floor is {us_to_ms(floor_us):.3f} ms"
    return text


def _sids_needed(costs: SteeringCosts, demand: Demand, options: PlanOptions) -> int | None:
    """SIDs of the shortest list there would be, did no platform limit them."""
    found = shortest_list(unlimited(costs), demand, replace(options, max_sids=None))
    return None if found is None else sids_pushed(found, usid=options.usid)


def _sid_limit(demand: Demand, fastest: Path, best: float, needed: int | None) -> Reason:
    if best <= demand.bound_us:
        best_text = "the limits allow none that leaves the rest to the neighbour's binding SID"
    elif np.isfinite(best):
        best_text = f"the best that the limits allow guarantees {us_to_ms(best):.3f} ms"
    else:
        best_text = "the limits allow no list at all"
    text = (
        f"a path of {us_to_ms(fastest.delay_us):.3f} ms exists within the bound of "
        f"{us_to_ms(demand.bound_us):.3f} ms, but {best_text}"
    )
    if needed is None:
        return Reason(Cause.SID_LIMIT, text, fastest.delay_us)
    text += f"; {needed} SIDs would do"
    return Reason(Cause.SID_LIMIT, text, fastest.delay_us, needed)


def _other_options(costs: SteeringCosts, demand: Demand, options: PlanOptions) -> str:
    """The option about binding SIDs with which a list fits the platforms, if there is one."""
    if options.usid:
        return ""
    network = costs.igp.network
    first, second = (network.operator[network.index[end]] for end in (demand.src, demand.dst))
    words, other = "--binding-sids", replace(options, binding_sids=True)
    if first != second and options.stitch is Stitch.BINDING:
        words, other = "--stitch border", replace(options, stitch=Stitch.BORDER)
    found = None if other == options else found_list(costs, demand, other)
    if found is None:
        return ""
    nodes = [binding.node for binding in found.bindings]
    return f"; with {words} there is one" + (f", cut at {' and '.join(nodes)}" if nodes else "")
