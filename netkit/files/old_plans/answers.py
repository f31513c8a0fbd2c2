"""The answers of a plan.json as values again, as far as another plan may take them over.

Whole microseconds stand as milliseconds with three decimals, so all figures come back as they were.
Left out are pairs without a list, with a bandwidth, or with lists that are cut, split or packed:
none of them is taken over. ``unsteered`` is left out too: its certificate is not in the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from netkit.model.network.geo import pair_floor_us
from netkit.model.network.topology import Topology
from netkit.model.planning.absent_lists import (
    BackupObstacle,
    BackupReason,
    Disjointness,
    DisjointPairReason,
    PairObstacle,
)
from netkit.model.planning.demand import Constraints, Demand, Metric
from netkit.model.planning.plan import PairPlan
from netkit.model.srv6.segment_list import (
    Behavior,
    CandidatePath,
    Certificate,
    DisjointPair,
    Path,
    Segment,
)
from netkit.model.units import ms_to_us, percent_to_ppb
from netkit.model.verdict import Verdict

_Plain = Any


class Answers:
    """Reads pairs of a plan.json made on ``topology``."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._link = {(arc.label, arc.src): arc.link_id for arc in topology.adjacencies}

    def pairs(self, found: list[Mapping[str, _Plain]]) -> Iterator[PairPlan]:
        """Those that can be taken over, each without color and ``unsteered``; raises
        AttributeError, KeyError, OverflowError, TypeError or ValueError for what no plan.json has.
        """
        for one in found:
            if _taken_over(one):
                yield self._pair(one)

    def _pair(self, one: Mapping[str, _Plain]) -> PairPlan:
        demand = _demand(one)
        ends = (self._topology.node[end] for end in (demand.src, demand.dst))
        optimum, both = one["optimum"], one["disjoint_pair"]
        return PairPlan(
            demand,
            Verdict(one["verdict"]),
            pair_floor_us(*(end.coordinates for end in ends)),
            None if optimum is None else self._path(optimum, ms_to_us(optimum["delay_ms"])),
            primary=self._candidate(one),
            backup=None if one["backup"] is None else self._candidate(one["backup"]),
            backup_reason=_backup_reason(one["backup_absent"]),
            disjoint_pair=None
            if both is None
            else DisjointPair(self._candidate(both["primary"]), self._candidate(both["backup"])),
            disjoint_pair_reason=_pair_reason(one["disjoint_pair_absent"]),
        )

    def _candidate(self, one: Mapping[str, _Plain]) -> CandidatePath:
        certificate = self._certificate(one["certificate"])
        segments = tuple(map(self._segment, one["segments"]))
        return CandidatePath(segments, self._path(one, certificate.best_us), certificate)

    def _path(self, one: Mapping[str, _Plain], delay_us: int) -> Path:
        nodes = tuple(one["nodes"])
        steps = zip(one["links"], nodes, strict=False)
        return Path(nodes, tuple(self._link[step] for step in steps), one["cost"], delay_us)

    def _segment(self, one: Mapping[str, _Plain]) -> Segment:
        node, label = one["node"], one["link"]
        link = None if label is None else self._link[label, node]
        return Segment(Behavior(one["kind"]), node, link, one["algorithm"])

    def _certificate(self, one: Mapping[str, _Plain]) -> Certificate:
        loss = one["loss_percent"]
        return Certificate(
            ms_to_us(one["guaranteed_ms"]),
            ms_to_us(one["best_ms"]),
            one["branches"],
            tuple((self._link[at["link"], at["headend"]], at["headend"]) for at in one["links"]),
            tuple(one["nodes"]),
            one["hops"],
            _us(one["jitter_ms"]),
            None if loss is None else percent_to_ppb(loss),
            one["te_metric"],
            one["cost"],
        )


def _taken_over(one: Mapping[str, _Plain]) -> bool:
    return (
        one["segments"] is not None
        and one["bandwidth_bps"] is None
        and not one["bindings"]
        and not one["shares"]
        and one["encapsulation"]["pushed"] == "full"
    )


def _demand(one: Mapping[str, _Plain]) -> Demand:
    bound_us = ms_to_us(one["bound_ms"])
    constraints = _constraints(one["constraints"] or {})
    return Demand(one["src"], one["dst"], bound_us, one["tier"] or "", constraints)


def _constraints(given: Mapping[str, _Plain]) -> Constraints:
    values: dict[str, _Plain] = {
        name: frozenset(value) if isinstance(value, list) else value
        for name, value in given.items()
    }
    if "waypoints" in given:
        values["waypoints"] = tuple(given["waypoints"])
    if "metric" in given:
        values["metric"] = Metric(given["metric"])
    if "max_jitter_ms" in given:
        values["max_jitter_us"] = ms_to_us(values.pop("max_jitter_ms"))
    if "max_loss_percent" in given:
        values["max_loss_ppb"] = percent_to_ppb(values.pop("max_loss_percent"))
    return Constraints(**values)


def _backup_reason(one: Mapping[str, _Plain] | None) -> BackupReason | None:
    if one is None:
        return None
    weaker = one["weaker"]
    return BackupReason(
        BackupObstacle(one["obstacle"]),
        ms_to_us(one["bound_ms"]),
        _us(one["best_ms"]),
        None if weaker is None else Disjointness(**weaker),
    )


def _pair_reason(one: Mapping[str, _Plain] | None) -> DisjointPairReason | None:
    if one is None:
        return None
    obstacle, bound_us = PairObstacle(one["obstacle"]), ms_to_us(one["bound_ms"])
    return DisjointPairReason(obstacle, bound_us, one["steps"])


def _us(delay_ms: float | None) -> int | None:
    return None if delay_ms is None else ms_to_us(delay_ms)
