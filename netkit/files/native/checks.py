"""What must hold between the parts of a topology, whichever file or graph it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

from netkit.errors import Problem
from netkit.model.network.addressing import MAX_ADJACENCIES
from netkit.model.network.anycast import Anycast
from netkit.model.network.elements import Link, LinkKind, Node, Role
from netkit.model.network.fabrics import Fabric
from netkit.model.network.geo import Coordinates, fibre_us, great_circle_km
from netkit.model.network.topology import Topology
from netkit.model.units import FIBRE_US_PER_KM

_T = TypeVar("_T")

TOLERANCE_US = 1
"""A delay may be under the light-time floor by this much: both are rounded somewhere."""

HANDOVER_ROLES = frozenset({Role.BORDER, Role.CORE})
"""Roles that may hand traffic to another operator over a direct-connect link."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[_T]):
    """A value and the line of the file that it comes from, if it comes from one."""

    value: _T
    line: int | None = None


@dataclass(frozen=True)
class Parts:
    """The parts of one topology as read so far; parts that could not be read are left out."""

    file: str
    nodes: Sequence[Placed[Node]]
    links: Sequence[Placed[Link]]
    fabrics: Sequence[Placed[Fabric]]
    anycasts: Sequence[Placed[Anycast]] = ()

    def problem(
        self,
        line: int | None,
        what: str,
        value: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> Problem:
        """A problem of this file."""
        return Problem(self.file, line, what, value, expected, remedy)


def first_by_name(nodes: Sequence[Placed[Node]]) -> dict[str, Node]:
    """Nodes by name; of two of one name the first, so that the second is one mistake, not many."""
    return {node.value.name: node.value for node in reversed(nodes)}


def check_parts(parts: Parts, *, physics: bool = True) -> list[Problem]:
    """Every problem that shows only when the parts are seen together; those of
    :func:`physics_problems` among them only with ``physics``."""
    checks = [check for check in _CHECKS if physics or check not in _PHYSICS]
    return [problem for check in checks for problem in check(parts)]


def physics_problems(parts: Parts) -> list[Problem]:
    """Delays that beat light, and fibres shorter than the great circle."""
    return [problem for check in _PHYSICS for problem in check(parts)]


def topology_beats_light(topology: Topology) -> bool:
    """Whether a file of the native format would be refused for what its delays are."""
    nodes, links, fabrics = (
        [Placed(node) for node in topology.nodes],
        [Placed(link) for link in topology.links],
        [Placed(fabric) for fabric in topology.fabrics],
    )
    return bool(physics_problems(Parts("", nodes, links, fabrics)))


def check_adjacency_counts(topology: Topology, parts: Parts) -> list[Problem]:
    """Routers with more adjacencies than the address plan has End.X SIDs for."""
    counts = Counter(adjacency.src for adjacency in topology.adjacencies)
    return [
        parts.problem(
            node.line, f"node {node.value.name}: too many adjacencies",
            str(counts[node.value.name]), f"at most {MAX_ADJACENCIES}",
        )
        for node in parts.nodes
        if counts[node.value.name] > MAX_ADJACENCIES
    ]  # fmt: skip


def _unique_names(parts: Parts) -> Iterator[Problem]:
    named = [(node.line, node.value.name) for node in parts.nodes]
    named += [(group.line, group.value.name) for group in parts.anycasts]
    yield from _repeated(parts, "node name", named)
    numbered = [(node.line, node.value.sid_index) for node in parts.nodes]
    groups = [(group.line, group.value.sid_index) for group in parts.anycasts]
    numbers = [(line, index) for line, index in groups if index is not None]
    yield from _repeated(parts, "sid_index", [*numbered, *numbers])
    links = [
        (link.line, id_)
        for link in parts.links
        for id_ in (link.value.id, link.value.id_ba)
        if id_ is not None
    ]
    fabrics = [(fabric.line, fabric.value.id) for fabric in parts.fabrics]
    made = [(fabric.line, id_) for fabric in parts.fabrics for id_ in _made_by(fabric.value)]
    yield from _repeated(parts, "link or exchange id", [*links, *fabrics, *made])


def _made_by(fabric: Fabric) -> Iterator[str]:
    """The ids of its legs, and of the links that it makes, each once."""
    members = list(dict.fromkeys(member.node for member in fabric.members))
    yield from (f"{fabric.id}:{member}" for member in members)
    yield from (fabric.link_id(a, b) for a, b in combinations(members, 2))


def _repeated(
    parts: Parts, what: str, places: Iterable[tuple[int | None, Hashable]]
) -> Iterator[Problem]:
    first: dict[Hashable, int | None] = {}
    for line, key in places:
        if key in first:
            where = "" if first[key] is None else f", first in line {first[key]}"
            yield parts.problem(line, f"{what} used twice{where}", str(key), "a unique one")
        first.setdefault(key, line)


def _link_ends(parts: Parts) -> Iterator[Problem]:
    nodes = first_by_name(parts.nodes)
    for placed in parts.links:
        link = placed.value
        if link.a == link.b:
            yield parts.problem(
                placed.line, f"link {link.id}: both ends are the same node", link.a,
                "two different nodes",
            )  # fmt: skip
        elif link.a in nodes and link.b in nodes:
            yield from _operators(parts, placed, nodes[link.a], nodes[link.b])


def _operators(parts: Parts, placed: Placed[Link], a: Node, b: Node) -> Iterator[Problem]:
    link = placed.value
    if link.kind is LinkKind.TRUNK and a.operator != b.operator:
        yield parts.problem(
            placed.line, f"link {link.id}: a trunk between different operators",
            f"{a.operator} and {b.operator}", "one operator at both ends",
            "Use 'kind: direct_connect', or an exchange",
        )  # fmt: skip
    if link.kind is not LinkKind.DIRECT_CONNECT:
        return
    if a.operator == b.operator:
        yield parts.problem(
            placed.line, f"link {link.id}: a direct-connect link inside one operator", a.operator,
            "two different operators", "Use 'kind: trunk'",
        )  # fmt: skip
    for node in (a, b):
        if node.role not in HANDOVER_ROLES:
            yield parts.problem(
                placed.line, f"link {link.id}: a direct-connect link at node {node.name}",
                f"role {node.role}", "role border or core",
            )  # fmt: skip


def _link_physics(parts: Parts) -> Iterator[Problem]:
    nodes = first_by_name(parts.nodes)
    for placed in parts.links:
        link = placed.value
        ends = nodes.get(link.a), nodes.get(link.b)
        if link.a == link.b or ends[0] is None or ends[1] is None:
            continue
        where = [None if end is None else end.coordinates for end in ends]
        name = f"link {link.id}"
        fastest_us = min(us for us in (link.delay_ab_us, link.delay_ba_us) if us is not None)
        yield from _too_fast(parts, placed.line, name, where, fastest_us, link.length_km)


def _leg_physics(parts: Parts) -> Iterator[Problem]:
    nodes = first_by_name(parts.nodes)
    for placed in parts.fabrics:
        fabric = placed.value
        for member in fabric.members:
            node = nodes.get(member.node)
            where = [fabric.coordinates, None if node is None else node.coordinates]
            name = f"exchange {fabric.id}: leg of member {member.node}"
            yield from _too_fast(parts, placed.line, name, where, member.delay_us, None)


def _too_fast(
    parts: Parts,
    line: int | None,
    name: str,
    where: Sequence[Coordinates | None],
    delay_us: int,
    length_km: float | None,
) -> Iterator[Problem]:
    a, b = where
    distance_km = None if a is None or b is None else great_circle_km(a, b)
    if distance_km is not None and delay_us < fibre_us(distance_km) - TOLERANCE_US:
        yield parts.problem(
            line, f"{name}: faster than light between its coordinates", f"{delay_us} µs",
            f"at least {fibre_us(distance_km):.0f} µs for {distance_km:.1f} km of great circle",
        )  # fmt: skip
    if length_km is None:
        return
    if delay_us < fibre_us(length_km) - TOLERANCE_US:
        yield parts.problem(
            line, f"{name}: faster than light in its fibre", f"{delay_us} µs",
            f"at least {fibre_us(length_km):.0f} µs for {length_km:g} km of fibre",
        )  # fmt: skip
    if distance_km is not None and length_km < distance_km - TOLERANCE_US / FIBRE_US_PER_KM:
        yield parts.problem(
            line, f"{name}: the fibre is shorter than the great circle", f"{length_km:g} km",
            f"at least {distance_km:.1f} km",
        )  # fmt: skip


def _fabric_members(parts: Parts) -> Iterator[Problem]:
    operator = {name: node.operator for name, node in first_by_name(parts.nodes).items()}
    for placed in parts.fabrics:
        fabric = placed.value
        names = [member.node for member in fabric.members]
        what = f"exchange {fabric.id}"
        for name, times in Counter(names).items():
            if times > 1:
                yield parts.problem(placed.line, f"{what}: a member twice", name, "each node once")
        known = [operator[name] for name in names if name in operator]
        if len(known) == len(names) and len(set(known)) < 2:
            yield parts.problem(
                placed.line, f"{what}: nobody to exchange traffic with",
                ", ".join(sorted(set(known))) or "no members", "members of at least two operators",
            )  # fmt: skip


_PHYSICS = (_link_physics, _leg_physics)

_CHECKS: tuple[Callable[[Parts], Iterator[Problem]], ...] = (
    _unique_names,
    _link_ends,
    _link_physics,
    _fabric_members,
    _leg_physics,
)
