"""What could be built on a topology: links, hand-overs, exchange centres, and what is planned.

Every candidate in a fixed order, so that ties in all that follows are settled the same way. Delays
of new fibre come from coordinates by the rule asked for. O(n²) candidates for n routers.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from netkit.model.network.derive import DelayRule, from_coordinates
from netkit.model.network.elements import (
    DelayBasis,
    Link,
    LinkKind,
    Node,
    Role,
    Status,
)
from netkit.model.network.fabrics import Fabric, FabricMember
from netkit.model.network.topology import Topology
from netkit.model.planning.addition import Addition, AdditionKind
from netkit.model.planning.augmentation import BuildRule

EVERYTHING = frozenset(AdditionKind)

_DEFAULT_METRIC = 10
_MAX_METRIC = 0xFF_FFFE
_HAND_OVER_ROLES = (Role.CORE, Role.BORDER, Role.CITY)


def additions(
    topology: Topology, rule: BuildRule, kinds: Collection[AdditionKind] = EVERYTHING
) -> tuple[Addition, ...]:
    """Every candidate of ``kinds``, in a fixed order: what the file plans, then what is new.

    Links: between any two routers of one operator that have coordinates. Direct-connect points:
    between any two routers of two operators in one place that do not hand over yet, clusters aside;
    a city router becomes a border router by it. Exchange centres: one for all routers of a place
    with several operators and no exchange. Planned links between routers that exist and planned
    fabrics are candidates with their own delays, and so are planned nodes (kind ``node``), each
    with its links to routers that exist. O(n²).
    """
    found = [
        addition
        for make in (planned_links, planned_nodes, planned_fabrics)
        for addition in make(topology, rule.delay)
    ]
    if AdditionKind.LINK in kinds:
        found.extend(_links(topology, rule))
    if AdditionKind.DIRECT_CONNECT in kinds:
        found.extend(_hand_overs(topology, rule))
    if AdditionKind.EXCHANGE in kinds:
        found.extend(_exchanges(topology, rule))
    return tuple(
        addition
        for addition in found
        if addition.kind in kinds
        and (rule.max_km is None or addition.km is None or addition.km <= rule.max_km)
    )


def _links(topology: Topology, rule: BuildRule) -> Iterator[Addition]:
    names = _Names(topology)
    for operator, nodes in _by_operator(topology).items():
        metric_per_us = _metric_per_us(topology, operator)
        placed = [(node, node.coordinates) for node in nodes if node.coordinates is not None]
        for (a, at_a), (b, at_b) in itertools.combinations(placed, 2):
            made = from_coordinates(at_a, at_b, rule.delay)
            if rule.max_km is not None and (made.length_km or 0) > rule.max_km:
                continue
            metric = _metric(made.ab_us, metric_per_us)
            link = Link(
                names.link(a, b), a.name, b.name, made.ab_us, made.ba_us, metric, metric,
                basis=DelayBasis.COORDINATES, length_km=made.length_km,
            )  # fmt: skip
            km = made.length_km or None
            yield Addition(AdditionKind.LINK, link.id, None, km, False, links=(link,))


def _by_operator(topology: Topology) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in topology.active_nodes:
        found.setdefault(node.operator, []).append(node)
    return found


def _metric_per_us(topology: Topology, operator: str) -> float | None:
    """The median of what links of the operator have, so that the IGP takes a new link for one of
    them; None where none has a delay."""
    ratios = [
        link.metric_ab / link.delay_ab_us
        for link in topology.all_links
        if link.kind is LinkKind.TRUNK
        and link.delay_ab_us
        and topology.node[link.a].operator == operator
    ]
    return statistics.median(ratios) if ratios else None


def _metric(delay_us: int, per_us: float | None) -> int:
    return _DEFAULT_METRIC if per_us is None else min(max(round(delay_us * per_us), 1), _MAX_METRIC)


def _hand_overs(topology: Topology, rule: BuildRule) -> Iterator[Addition]:
    names = _Names(topology)
    joined = {
        frozenset((link.a, link.b))
        for link in (*topology.links, *topology.all_links)
        if link.kind is not LinkKind.TRUNK
    }
    for place, nodes in _by_place(topology).items():
        able = [node for node in nodes if node.role in _HAND_OVER_ROLES]
        for a, b in itertools.combinations(able, 2):
            if a.operator == b.operator or frozenset((a.name, b.name)) in joined:
                continue
            delay_us = _leg_us(a, b, rule.delay) + rule.hand_over_us
            link = Link(
                names.link(a, b), a.name, b.name, delay_us, delay_us, 1, 1,
                kind=LinkKind.DIRECT_CONNECT,
            )  # fmt: skip
            borders = tuple(
                replace(node, role=Role.BORDER) for node in (a, b) if node.role is Role.CITY
            )
            yield Addition(
                AdditionKind.DIRECT_CONNECT, link.id, place, None, False, borders, (link,)
            )


def _exchanges(topology: Topology, rule: BuildRule) -> Iterator[Addition]:
    names = _Names(topology)
    served = {fabric.place for fabric in topology.fabrics}
    for place, nodes in _by_place(topology).items():
        if place in served or len({node.operator for node in nodes}) < 2:
            continue
        centre = next((node for node in nodes if node.role is not Role.CLUSTER), nodes[0])
        members = tuple(
            FabricMember(node.name, _leg_us(node, centre, rule.delay) + -(-rule.hand_over_us // 2))
            for node in nodes
        )
        fabric = Fabric(names.fabric(), members, place, centre.coordinates)
        yield Addition(AdditionKind.EXCHANGE, fabric.id, place, None, False, fabrics=(fabric,))


def _by_place(topology: Topology) -> dict[str, Sequence[Node]]:
    found: dict[str, list[Node]] = {}
    for node in topology.active_nodes:
        if node.place is not None:
            found.setdefault(node.place, []).append(node)
    return dict(found)


def _leg_us(a: Node, b: Node, rule: DelayRule) -> int:
    """Fibre between two routers of one place; nothing where one has no coordinates."""
    if a.coordinates is None or b.coordinates is None:
        return 0
    return from_coordinates(a.coordinates, b.coordinates, replace(rule, equipment_us=0)).ab_us


class _Names:
    """Ids that the topology has not taken yet."""

    def __init__(self, topology: Topology) -> None:
        ids = {id_ for link in topology.links for id_ in (link.id, link.id_ba)}
        self._taken = ids | {fabric.id for fabric in topology.fabrics}
        self._fabrics = itertools.count(1)

    def link(self, a: Node, b: Node) -> str:
        """``new:a~b``, or the same with a number behind."""
        plain = f"new:{a.name}~{b.name}"
        if plain not in self._taken:
            return plain
        numbered = (f"{plain}~{number}" for number in itertools.count(2))
        return next(id_ for id_ in numbered if id_ not in self._taken)

    def fabric(self) -> str:
        """``new-exchange-1`` and so on."""
        names = (f"new-exchange-{number}" for number in self._fabrics)
        return next(name for name in names if name not in self._taken)


def direct_us(a: Node, b: Node, rule: BuildRule) -> int | None:
    """What a cable of their own would take from ``a`` to ``b``, with a hand-over if it is between
    operators; None without coordinates."""
    if a.coordinates is None or b.coordinates is None:
        return None
    if a.operator != b.operator:
        return _leg_us(a, b, rule.delay) + rule.hand_over_us
    return from_coordinates(a.coordinates, b.coordinates, rule.delay).ab_us


def planned_links(topology: Topology, rule: DelayRule) -> Iterator[Addition]:
    """Planned links between routers that exist."""
    active = {node.name for node in topology.active_nodes}
    for link in topology.links:
        if link.status is Status.PLANNED and {link.a, link.b} <= active:
            built = replace(link, status=Status.ACTIVE)
            trunk = link.kind is LinkKind.TRUNK
            kind = AdditionKind.LINK if trunk else AdditionKind.DIRECT_CONNECT
            km = _fibre_km(topology, link, rule) if trunk else None
            place = None if trunk else topology.node[link.a].place
            yield Addition(kind, link.id, place, km, True, links=(built,))


def planned_nodes(topology: Topology, rule: DelayRule) -> Iterator[Addition]:
    """Planned routers, each with all its links to routers that exist."""
    active = {node.name for node in topology.active_nodes}
    for node in topology.nodes:
        if node.status is Status.ACTIVE:
            continue
        links = [
            replace(link, status=Status.ACTIVE)
            for link in topology.links
            if node.name in (link.a, link.b) and {link.a, link.b} - {node.name} <= active
        ]
        lengths = [_fibre_km(topology, link, rule) for link in links if link.kind is LinkKind.TRUNK]
        km = sum(length for length in lengths if length is not None) or None
        built = replace(node, status=Status.ACTIVE)
        yield Addition(
            AdditionKind.NODE, node.name, node.place, km, True, nodes=(built,), links=tuple(links)
        )


def planned_fabrics(topology: Topology, _rule: DelayRule) -> Iterator[Addition]:
    """Planned exchange centres, with those of their members that exist."""
    for fabric in topology.fabrics:
        if fabric.status is Status.PLANNED:
            built = replace(fabric, status=Status.ACTIVE)
            yield Addition(
                AdditionKind.EXCHANGE, fabric.id, fabric.place, None, True, fabrics=(built,)
            )


def _fibre_km(topology: Topology, link: Link, rule: DelayRule) -> float | None:
    """The length that the file states, else that of a cable by the rule; None if it has none."""
    if link.length_km is not None:
        return link.length_km or None
    a, b = topology.node[link.a].coordinates, topology.node[link.b].coordinates
    return None if a is None or b is None else from_coordinates(a, b, rule).length_km or None
