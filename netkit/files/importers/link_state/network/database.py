"""The network that an IS-IS database describes: one level, the topology that carries IPv6."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from netkit.errors import InputError
from netkit.files.importers.drafts import NodeDraft
from netkit.files.importers.imported import Options
from netkit.files.importers.link_state.network.arcs import StateArc
from netkit.files.importers.link_state.network.identity import System, identify, systems_of
from netkit.files.importers.link_state.records import (
    IPV6_UNICAST,
    ROUTER,
    STANDARD,
    Database,
    Lsp,
    Reach,
    SrlgRecord,
)
from netkit.files.reading.findings import Findings
from netkit.model.network.advertised import Locator

_IPV6 = "IPv6"

Drafts = tuple[list[NodeDraft], list[StateArc], Counter[str]]


def network_of(findings: Findings, database: Database, options: Options) -> Drafts:
    """Nodes, adjacencies, and what is left out, by kind.

    Raises:
        InputError: no LSPs; two levels or instances and no choice; host names that nothing tells.
    """
    systems = systems_of(_chosen(findings, database, options))
    strangers = identify(systems)
    if strangers:
        names = " ".join(sorted(system.printed for system in strangers)[:5])
        raise InputError.single(
            f"nothing tells which system ids {len(strangers)} host names stand for",
            file=findings.file, value=names,
            remedy="`no hostname dynamic` makes FRR print system ids",
        )  # fmt: skip
    by_id = {system.id or "": system for system in systems}
    topology = _topology(systems)
    routers = {id_: one for id_, one in sorted(by_id.items()) if one.first is not None}
    left_out: Counter[str] = Counter()
    deaf = _without_ipv6(routers, topology)
    for id_ in deaf:
        what = f"{_name(routers[id_])} does not speak IPv6: no adjacency of it is used"
        findings.note(None, what)
    arcs = list(_arcs(by_id, routers, topology, deaf, left_out))
    _lay_srlgs(arcs, routers)
    nodes = [_node(id_, system, topology) for id_, system in routers.items()]
    _note(findings, nodes, routers, topology)
    return nodes, arcs, left_out


def _chosen(findings: Findings, database: Database, options: Options) -> list[Lsp]:
    """The LSPs of one level of one instance: each has an SPF of its own (ISO 10589, 7.2)."""
    levels = {key: lsps for key, lsps in database.levels.items() if lsps}
    if options.level is not None:
        levels = {key: lsps for key, lsps in levels.items() if key[1] in (options.level, 0)}
    if not levels:
        asked = "" if options.level is None else f" of level {options.level}"
        expected = "show isis database detail, as text or json"
        raise InputError.single(f"no LSPs{asked}", file=findings.file, expected=expected)
    alone = {key for key, lsps in levels.items() if not any(lsp.reaches for lsp in lsps)}
    if len(levels) > 1 and len(alone) < len(levels):
        for key in sorted(alone):
            findings.note(None, f"level {key[1]} holds no adjacency and is left out")
        levels = {key: lsps for key, lsps in levels.items() if key not in alone}
    if len({area for area, _ in levels}) > 1:
        names = ", ".join(sorted(area for area, _ in levels))
        raise InputError.single(
            "several instances of IS-IS, each with an SPF of its own", file=findings.file,
            value=names, expected="the database of one",
        )  # fmt: skip
    if len(levels) > 1:
        held = ", ".join(
            f"level {level}: {len({lsp.name for lsp in lsps if lsp.circuit == ROUTER})} routers"
            for (_, level), lsps in sorted(levels.items())
        )
        raise InputError.single(
            "both levels have an SPF of their own", file=findings.file, value=held,
            remedy="Choose 1 or 2", field="level",
        )  # fmt: skip
    return next(iter(levels.values()))


def _topology(systems: Iterable[System]) -> int:
    """The topology that carries IPv6, and SRv6 with it (RFC 5120, RFC 9352 §4).

    Locators say it, but FRR states topology 0 for all; so where there is a topology for IPv6, it
    is that one, unless the IPv6 prefixes are all in the other.
    """
    lsps = [lsp for system in systems for lsp in system.lsps.values()]
    located = {locator.topology for lsp in lsps for locator in lsp.locators}
    if IPV6_UNICAST in located:
        return IPV6_UNICAST
    if not any(reach.topology == IPV6_UNICAST for lsp in lsps for reach in lsp.reaches):
        return STANDARD
    prefixes = frozenset().union(*(lsp.ipv6_topologies for lsp in lsps))
    return STANDARD if prefixes == {STANDARD} else IPV6_UNICAST


def _without_ipv6(routers: Mapping[str, System], topology: int) -> set[str]:
    """Routers that SPF of IPv6 passes by in a single topology (RFC 5308 §5), if others do not."""
    if topology != STANDARD:
        return set()
    stated = {id_: _protocols(system) for id_, system in routers.items()}
    if not any(_IPV6 in found for found in stated.values() if found is not None):
        return set()
    return {id_ for id_, found in stated.items() if found is not None and _IPV6 not in found}


def _protocols(system: System) -> frozenset[str] | None:
    first = system.first
    return None if first is None else first.protocols


def _arcs(
    by_id: Mapping[str, System],
    routers: Mapping[str, System],
    topology: int,
    deaf: set[str],
    left_out: Counter[str],
) -> Iterator[StateArc]:
    """Adjacencies between routers, those over LANs from each router on one to each other."""
    for id_, system in routers.items():
        for reach in _of_topology(system.reaches(), topology, left_out):
            if id_ in deaf or reach.system in deaf:
                left_out["adjacencies of routers without IPv6"] += 1
            elif reach.circuit != ROUTER:
                yield from _over_lan(id_, reach, by_id, routers, left_out)
            elif reach.system not in routers:
                left_out["adjacencies to systems that are not in the database"] += 1
            elif reach.system != id_:
                yield _arc(id_, reach.system, reach)


def _of_topology(
    reaches: Sequence[Reach], topology: int, left_out: Counter[str]
) -> Iterator[Reach]:
    """Those of one topology; narrow metrics only where there are no wide ones."""
    wide = any(not reach.narrow for reach in reaches)
    for reach in reaches:
        if reach.topology != topology:
            left_out["adjacencies of other topologies"] += 1
        elif reach.narrow and wide:
            continue  # The same neighbours once more (RFC 5305 §5, transition).
        else:
            yield reach


def _over_lan(
    id_: str,
    reach: Reach,
    by_id: Mapping[str, System],
    routers: Mapping[str, System],
    left_out: Counter[str],
) -> Iterator[StateArc]:
    """A LAN costs what it costs to get onto it, and nothing to leave it (ISO 10589, 7.2.8)."""
    speaker = by_id.get(reach.system)
    members = [] if speaker is None else speaker.reaches(reach.circuit)
    on_it = {member.system for member in members if member.circuit == ROUTER}
    if id_ not in on_it:
        left_out["adjacencies to LANs that do not list the router"] += 1
        return
    lan = f"{reach.system}.{reach.circuit}"
    for other in sorted(on_it - {id_}):
        if other in routers and _lists(routers[other], reach):
            arc = _arc(id_, other, reach)
            arc.lan, arc.ipv4, arc.ipv6, arc.ids = lan, (None, None), (None, None), (None, None)
            arc.sids = (reach.lan_sids or {}).get(other, ())
            yield arc


def _lists(system: System, lan: Reach) -> bool:
    return any(
        (reach.system, reach.circuit) == (lan.system, lan.circuit) for reach in system.reaches()
    )


def _arc(src: str, dst: str, reach: Reach) -> StateArc:
    return StateArc(
        src, dst, reach.metric, reach.ipv4, reach.ipv6, reach.ids, reach.traffic, reach.sids
    )


def _lay_srlgs(arcs: Iterable[StateArc], routers: Mapping[str, System]) -> None:
    """Risks that are advertised apart from the adjacencies that run them."""
    stated: dict[str, list[SrlgRecord]] = defaultdict(list)
    for id_, system in routers.items():
        for lsp in system.lsps.values():
            stated[id_] += lsp.srlgs
    for arc in arcs:
        for record in stated.get(arc.src, ()):
            same = record.ends in arc.ends or record.ends[0] in (arc.ipv4[0], arc.ipv6[0])
            if record.system == arc.dst and same:
                arc.traffic.srlgs |= record.values


def _node(id_: str, system: System, topology: int) -> NodeDraft:
    lsps = [lsp for (circuit, _), lsp in sorted(system.lsps.items()) if circuit == ROUTER]
    records = [record for lsp in lsps for record in lsp.locators]
    return NodeDraft(
        id_, _name(system),
        overload=_is_overloaded(system, topology),
        locators=tuple(Locator(record.prefix, record.algorithm) for record in records),
        sids=tuple(sid for record in records for sid in record.sids),
    )  # fmt: skip


def _name(system: System) -> str:
    """The whole host name; where none is advertised, what is printed."""
    names = (lsp.hostname for lsp in system.lsps.values() if lsp.hostname)
    return next(names, None) or system.printed


def _is_overloaded(system: System, topology: int) -> bool:
    """The bit of the topology; that of the LSP is for the standard one (RFC 5120 §4)."""
    first = system.first
    if first is None:
        return False
    return first.topologies.get(topology, first.overload) if topology else first.overload


def _note(
    findings: Findings, nodes: Sequence[NodeDraft], routers: Mapping[str, System], topology: int
) -> None:
    busy = [node.label for node in nodes if node.overload]
    if busy:
        names = " ".join(busy[:10]) + (" …" if len(busy) > 10 else "")
        findings.note(None, f"{len(busy)} overloaded, so without transit", names)
    attached = [_name(one) for one in routers.values() if one.first and one.first.attached]
    if attached:
        names = " ".join(attached[:10]) + (" …" if len(attached) > 10 else "")
        findings.note(None, f"{len(attached)} lead out of the area (attached bit)", names)
    if topology == IPV6_UNICAST:
        findings.note(None, "read in the topology ipv6-unicast, which carries SRv6")
