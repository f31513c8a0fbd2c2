"""From drafts to a topology: names, numbers, delays, and what to say of all that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from netkit.errors import counted_of, shown
from netkit.files.importers.build_links import has_two_ends, links_of
from netkit.files.importers.drafts import LinkDraft, NodeDraft
from netkit.files.importers.imported import Imported, Options
from netkit.files.native.checks import Parts, Placed, physics_problems
from netkit.files.native.nodes import LONGEST_NODE_NAME, NAME, NODE_NAME
from netkit.files.reading.findings import Findings
from netkit.files.reading.labels import fitting, one_line, unique_names
from netkit.model.network.addressing import MAX_ADJACENCIES, MAX_SID_INDEX, AddressPlan
from netkit.model.network.anycast import Anycast
from netkit.model.network.elements import Node
from netkit.model.network.flex_algo import FlexAlgo
from netkit.model.network.geo import Coordinates
from netkit.model.network.topology import Topology

_LONGEST_NAME = 32


def build(
    findings: Findings,
    title: str,
    description: str,
    nodes: Sequence[NodeDraft],
    links: Sequence[LinkDraft],
    options: Options,
    *,
    routed: bool = False,
    left_out: Mapping[str, int] | None = None,
    anycasts: Iterable[Anycast] = (),
    flex_algos: Iterable[FlexAlgo] = (),
) -> Imported:
    """Make a topology of drafts; ``left_out`` is what an importer has left out, by kind.

    ``routed``: it is what live routers route by, whose SIDs are those that they advertise.
    ``anycasts`` and ``flex_algos`` name their nodes by key. Links from a node to itself, and links
    whose delay can neither be read nor derived, are left out with a note. Raises
    :class:`~netkit.errors.InputError` with the problems that ``findings`` holds by then.
    """
    _refuse_unfit_sizes(findings, nodes, links)
    addresses, indices = _locators(nodes)
    made = _nodes(findings, _without_one_place(findings, nodes), indices)
    by_key = {draft.key: node for draft, node in zip(nodes, made, strict=True)}
    drafts = [link for link in links if has_two_ends(findings, link)]
    kept, undelayed = links_of(findings, drafts, by_key, options)
    topology = Topology(
        fitting(title.lower(), NAME, _LONGEST_NAME) or "imported",
        made, tuple(placed.value for placed in kept), addresses=addresses, description=description,
        sids_advertised=routed, flex_algos=tuple(_named(flex, by_key) for flex in flex_algos),
        anycasts=tuple(_of_names(group, by_key) for group in anycasts),
    )  # fmt: skip
    placed = [Placed(node, draft.line) for draft, node in zip(nodes, made, strict=True)]
    parts = Parts(findings.file, placed, kept, ())
    findings.check()
    findings.extend_notes(physics_problems(parts))
    _count_pieces(findings, topology)
    names = {key: node.name for key, node in by_key.items()}
    unused = tuple(counted_of(count, kind) for kind, count in (left_out or {}).items() if count)
    return Imported(topology, findings.notes, undelayed, names, routed=routed, unused=unused)


def _named(flex: FlexAlgo, by_key: Mapping[str, Node]) -> FlexAlgo:
    """All nodes by name; a plane of all of them names none."""
    keys = flex.nodes
    if keys is None or keys == by_key.keys():
        return replace(flex, nodes=None)
    return replace(flex, nodes=frozenset(by_key[key].name for key in keys))


def _of_names(group: Anycast, by_key: Mapping[str, Node]) -> Anycast:
    return replace(group, nodes=tuple(by_key[key].name for key in group.nodes))


def _refuse_unfit_sizes(
    findings: Findings, nodes: Sequence[NodeDraft], links: Sequence[LinkDraft]
) -> None:
    """Nothing, or more than the address plan has room for, is refused before it costs time."""
    if not nodes:
        findings.problem(None, "no nodes", expected="at least one node")
    if len(nodes) > MAX_SID_INDEX:
        findings.problem(None, "too many nodes", str(len(nodes)), f"at most {MAX_SID_INDEX}")
    counts = Counter(link.a for link in links)
    counts.update(link.b for link in links)
    for draft in nodes:
        if counts[draft.key] > MAX_ADJACENCIES:
            what = f"node {shown(draft.label)}: too many links"
            expected = f"at most {MAX_ADJACENCIES}"
            findings.problem(draft.line, what, str(counts[draft.key]), expected)
    findings.check()


def _count_pieces(findings: Findings, topology: Topology) -> None:
    """Say so where the network is in several pieces, one-way links joining as much as others."""
    import networkx as nx

    joined: nx.Graph[str] = nx.Graph()
    joined.add_nodes_from(node.name for node in topology.nodes)
    joined.add_edges_from((link.a, link.b) for link in topology.links)
    sizes = sorted((len(piece) for piece in nx.connected_components(joined)), reverse=True)
    if len(sizes) > 1:
        few = " ".join(str(size) for size in sizes[:10]) + (" …" if len(sizes) > 10 else "")
        findings.note(None, f"the network is in {len(sizes)} pieces", f"{few} nodes")


def position(lat_deg: float, lon_deg: float) -> Coordinates | None:
    """Coordinates, if the two can be degrees of latitude and longitude."""
    fits = -90 <= lat_deg <= 90 and -180 <= lon_deg <= 180
    return Coordinates(lat_deg, lon_deg) if fits else None


def _without_one_place(findings: Findings, nodes: Sequence[NodeDraft]) -> Sequence[NodeDraft]:
    """Files without positions put every node at the same one, mostly 0, 0."""
    places = {draft.coordinates for draft in nodes}
    where = next(iter(places), None)
    if len(nodes) < 2 or len(places) > 1 or where is None:
        return nodes
    findings.note(
        None, "every node has the same coordinates: taken as none",
        f"{where.lat_deg:g}, {where.lon_deg:g}",
    )  # fmt: skip
    return [replace(draft, coordinates=None) for draft in nodes]


def _locators(nodes: Sequence[NodeDraft]) -> tuple[AddressPlan, Sequence[int | None]]:
    """The address plan and numbers that the locators show, if they are /48s of one /32; lists are
    made of the SIDs that are advertised, whether they are or not."""
    plan = AddressPlan()
    none: list[int | None] = [None] * len(nodes)
    found = [draft.locator for draft in nodes if draft.locator is not None]
    if not found:
        return plan, none
    blocks = {locator.supernet(new_prefix=32) for locator in found if locator.prefixlen == 48}
    shift = 128 - 48
    indices = [
        None if draft.locator is None else (int(draft.locator.network_address) >> shift) & 0xFFFF
        for draft in nodes
    ]
    stated = [index for index in indices if index is not None]
    alike = len(blocks) == 1 and all(locator.prefixlen == 48 for locator in found)
    good = alike and len(set(stated)) == len(stated) and {0, 0xFFFF}.isdisjoint(stated)
    if not good or next(iter(blocks)) in (plan.link_block, plan.customer_block):
        return plan, none
    return replace(plan, sid_block=next(iter(blocks))), indices


def _nodes(
    findings: Findings, drafts: Sequence[NodeDraft], indices: Sequence[int | None]
) -> tuple[Node, ...]:
    names = unique_names(
        [draft.label for draft in drafts],
        NODE_NAME,
        LONGEST_NODE_NAME,
        [f"node-{number}" for number in range(1, len(drafts) + 1)],
    )
    for draft, name in zip(drafts, names, strict=True):
        if name != draft.label:
            findings.note(draft.line, f"node {shown(draft.label)} is named {name} here")
    stated = set(indices)
    free = (index for index in range(1, MAX_SID_INDEX + 1) if index not in stated)
    return tuple(
        Node(
            name, draft.role, index or next(free), draft.operator, draft.place, draft.hub,
            draft.coordinates, status=draft.status,
            label=one_line(draft.label) if draft.label != name else None,
            overload=draft.overload, locators=draft.locators, sids=draft.sids,
        )
        for draft, name, index in zip(drafts, names, indices, strict=True)
    )  # fmt: skip
