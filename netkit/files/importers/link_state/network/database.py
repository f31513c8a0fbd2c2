"""The network that an IS-IS database describes: one level, the topology that carries IPv6."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from netkit.errors import InputError, counted
from netkit.files.importers.drafts import NodeDraft
from netkit.files.importers.imported import Options
from netkit.files.importers.link_state.network.adjacencies import adjacencies_of
from netkit.files.importers.link_state.network.arcs import StateArc
from netkit.files.importers.link_state.network.by_order import identify_by_order
from netkit.files.importers.link_state.network.flex_algos import flex_algos_of
from netkit.files.importers.link_state.network.identity import (
    System,
    identify_by_evidence,
    systems_of,
)
from netkit.files.importers.link_state.network.instances import chosen
from netkit.files.importers.link_state.network.risks import lay_risks
from netkit.files.importers.link_state.network.sid_owners import with_own_sids
from netkit.files.importers.link_state.records import IPV6_UNICAST, STANDARD, Database
from netkit.files.reading.findings import Findings
from netkit.model.network.advertised import AdvertisedSid, Locator
from netkit.model.network.anycast import Anycast
from netkit.model.network.elements import MAX_LINK_METRIC
from netkit.model.network.flex_algo import FIRST_FLEX_ALGO, FlexAlgo

_IPV6 = "IPv6"
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Drafts:
    """What a database describes; groups and planes name their nodes by key. ``left_out`` is what
    SPF does not use, by kind."""

    nodes: list[NodeDraft]
    arcs: list[StateArc]
    left_out: Counter[str]
    anycasts: list[Anycast]
    flex_algos: list[FlexAlgo]


def network_of(findings: Findings, database: Database, options: Options) -> Drafts:
    """Nodes, adjacencies, and what is left out, by kind.

    Raises:
        InputError: no LSPs; two levels or instances and no choice; host names that nothing tells.
    """
    systems = systems_of(chosen(findings, database, options))
    strangers = _identified(systems)
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
    lay_risks(findings, routers)
    arcs = list(adjacencies_of(by_id, routers, topology, deaf, left_out))
    _keep_planned(routers, arcs, left_out)
    nodes = [_node(id_, system, topology) for id_, system in routers.items()]
    _note(findings, routers, arcs, nodes, topology, deaf)
    nodes, anycasts = with_own_sids(findings, nodes, arcs)
    planes = flex_algos_of(findings, routers, arcs)
    return Drafts(nodes, arcs, left_out, anycasts, planes)


def _identified(systems: Sequence[System]) -> list[System]:
    """Give every system its id; those for which that cannot be told come back."""
    unknown = [system for system in systems if system.id is None]
    if unknown:
        identify_by_evidence(systems, unknown)
        known = {system.id for system in systems}
        lsps = (lsp for system in systems for lsp in system.lsps.values())
        listed = {reach.system for lsp in lsps for reach in lsp.reaches}
        identify_by_order(systems, listed - known)
    return [system for system in unknown if system.id is None]


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


def _keep_planned(
    routers: Mapping[str, System], arcs: Iterable[StateArc], left_out: Counter[str]
) -> None:
    """Algorithms that are neither the shortest paths nor a Flexible Algorithm are in no plan."""
    for system in routers.values():
        for lsp in system.own:
            kept = [one for one in lsp.locators if _is_planned(one.algorithm)]
            left_out["locators of other algorithms"] += len(lsp.locators) - len(kept)
            lsp.locators = kept
    for arc in arcs:
        sids = tuple(one for one in arc.sids if _is_planned(one.algorithm))
        left_out["End.X SIDs of other algorithms"] += len(arc.sids) - len(sids)
        arc.sids = sids


def _is_planned(algorithm: int) -> bool:
    return algorithm == 0 or algorithm >= FIRST_FLEX_ALGO


def _node(id_: str, system: System, topology: int) -> NodeDraft:
    records = [record for lsp in system.own for record in lsp.locators]
    sids: dict[object, AdvertisedSid] = {}
    for record in records:
        for one in record.sids:
            sids.setdefault(one.sid, one)
    return NodeDraft(
        id_, system.name,
        overload=_is_overloaded(system, topology),
        locators=tuple(Locator(record.prefix, record.algorithm) for record in records),
        sids=tuple(sids.values()),
    )  # fmt: skip


def _is_overloaded(system: System, topology: int) -> bool:
    """The bit of the topology; that of the LSP is for the standard one (RFC 5120 §4)."""
    first = system.first
    if first is None:
        return False
    return first.topologies.get(topology, first.overload) if topology else first.overload


def _note(
    findings: Findings,
    routers: Mapping[str, System],
    arcs: Iterable[StateArc],
    nodes: Iterable[NodeDraft],
    topology: int,
    deaf: Iterable[str],
) -> None:
    """What of a database makes its network behave otherwise than metrics alone would."""
    name = {id_: system.name for id_, system in routers.items()}
    drained = sorted(
        f"{name[arc.src]} to {name[arc.dst]}" for arc in arcs if arc.metric == MAX_LINK_METRIC
    )
    what = f"{counted(len(drained), 'direction')} of metric {MAX_LINK_METRIC}"
    _note_some(findings, f"{what}, which SPF does not use", drained)
    for what, found in (
        ("overloaded, so without transit", [node.label for node in nodes if node.overload]),
        ("without IPv6: no adjacency of these routers is used", [name[id_] for id_ in deaf]),
        (
            "leading out of the area (attached bit)",
            [name[id_] for id_, one in routers.items() if one.first and one.first.attached],
        ),
        (
            "with LSPs of one number that differ: two routers of one system id?",
            [name[id_] for id_, one in routers.items() if one.disputed],
        ),
        (
            "with narrow metrics only, among others: taken as in transition (RFC 5305 §5)",
            _narrow(routers),
        ),
    ):
        _note_some(findings, f"{len(found)} {what}", found)
    if topology == IPV6_UNICAST:
        findings.note(None, "read in the topology ipv6-unicast, which carries SRv6")


def _note_some(findings: Findings, what: str, found: Sequence[str]) -> None:
    """Name the first of those that were found, if there are any."""
    if found:
        separator = ", " if " " in found[0] else " "
        more = " …" if len(found) > _MOST_NAMED else ""
        findings.note(None, what, separator.join(found[:_MOST_NAMED]) + more)


def _narrow(routers: Mapping[str, System]) -> list[str]:
    """Routers that have no wide metrics, where others have."""
    found = [
        system.name
        for system in routers.values()
        if (reaches := system.reaches()) and all(reach.narrow for reach in reaches)
    ]
    return found if len(found) < len(routers) else []
