"""The routes of a table as they come; at their end, the database that they were made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Network
from typing import Any

from netkit.errors import InputError, counted
from netkit.files.importers.link_state.gobgp.attributes import (
    algorithms,
    end_x_sids,
    flag,
    flex_algos,
    link_traffic,
    metric_of,
    node_name,
    node_sids,
)
from netkit.files.importers.link_state.gobgp.domains import Igp, Igps
from netkit.files.importers.link_state.gobgp.nlri import (
    LinkNlri,
    NodeNlri,
    RouterId,
    SidNlri,
    nlri_of,
)
from netkit.files.importers.link_state.records import (
    ROUTER,
    STANDARD,
    Database,
    FlexRecord,
    LocatorRecord,
    Lsp,
    Reach,
)
from netkit.files.importers.link_state.skipped import Skipped
from netkit.model.network.advertised import AdvertisedSid

Object = dict[str, Any]

_BGP_LS = 29
"""The type of the BGP-LS attribute."""

_PREFIX = "NLRI { PREFIX"
"""Prefixes of routers: a plan needs none of them."""

_NO_IGP = ("DIRECT", "STATIC", "BGP")


@dataclass
class _Node:
    """What routes say of one router or LAN in one IGP."""

    name: str | None = None
    overload: bool | None = None
    attached: bool = False
    algorithms: frozenset[int] = frozenset()
    flex_algos: list[FlexRecord] = field(default_factory=list)
    sids: list[AdvertisedSid] = field(default_factory=list)
    reaches: list[Reach] = field(default_factory=list)


class Table:
    """Routes by the IGP that they are of, once all nodes are known."""

    def __init__(self, file: str) -> None:
        self.skipped = Skipped()
        self._file = file
        self._igps = Igps()
        self._nodes: dict[Igp, dict[RouterId, _Node]] = defaultdict(lambda: defaultdict(_Node))
        self._links: list[tuple[LinkNlri, Reach]] = []
        self._sids: list[tuple[SidNlri, tuple[AdvertisedSid, ...]]] = []
        self._empty = 0

    def route(self, text: str, paths: object) -> None:
        """One destination, with the text of its NLRI, and the paths to it."""
        found = (
            [path for path in paths if isinstance(path, dict)] if isinstance(paths, list) else []
        )
        path = next((path for path in found if path.get("best") is True), found[0] if found else {})
        nlri = path.get("nlri")
        if path and nlri is None:
            self._empty += 1
            return
        known = nlri_of(text)
        if known is None and isinstance(nlri, dict):
            known = nlri_of(str(nlri.get("nlri", "")))
        attributes = _ls_attribute(path.get("attrs"))
        if isinstance(known, NodeNlri):
            self._node(known, attributes)
        elif isinstance(known, LinkNlri):
            self._link(known, attributes)
        elif isinstance(known, SidNlri):
            self._sids.append((known, node_sids(attributes, known.sids, self.skipped)))
        elif not text.startswith(_PREFIX):
            self.skipped["routes whose NLRI is not understood"] += 1

    def database(self) -> Database:
        """The database, an IGP a level; raises :class:`~netkit.errors.InputError` without routes,
        or where links do not say what they are of."""
        if not (self._nodes or self._links):
            self._refuse()
        self._place_links()
        self._place_sids()
        unsaid = sum(
            router.circuit == ROUTER and node.overload is None
            for nodes in self._nodes.values()
            for router, node in nodes.items()
        )
        if unsaid:
            self.skipped["nodes whose overload bit is not printed"] += unsaid
        database, keys = Database(), self._igps.keys(self._nodes)
        for igp, nodes in self._nodes.items():
            lsps = [_lsp(router, node, self.skipped) for router, node in nodes.items()]
            database.levels.setdefault(keys[igp], []).extend(lsps)
        return database

    def _node(self, nlri: NodeNlri, attributes: Object) -> None:
        if nlri.protocol in _NO_IGP:
            self.skipped[f"nodes of protocol {nlri.protocol}"] += 1
            return
        igp = Igp(nlri.protocol, nlri.domain)
        self._igps.add(nlri.node, igp)
        node = self._nodes[igp][nlri.node]
        node.name = node_name(attributes, self.skipped)
        node.overload = flag(attributes, "overload")
        node.attached = flag(attributes, "attached") is True
        node.algorithms = algorithms(attributes)
        node.flex_algos = list(flex_algos(attributes))

    def _link(self, nlri: LinkNlri, attributes: Object) -> None:
        if nlri.protocol in _NO_IGP:
            self.skipped[f"links of protocol {nlri.protocol}"] += 1
            return
        metric = metric_of(attributes)
        if metric is None and nlri.local.circuit == ROUTER:
            self.skipped["links without an IGP metric"] += 1
            return
        reach = Reach(
            nlri.remote.system, nlri.remote.circuit, metric or 0,
            STANDARD if nlri.topology is None else nlri.topology,
            ipv4=nlri.ipv4, ipv6=nlri.ipv6, ids=nlri.ids,
            traffic=link_traffic(attributes, self.skipped),
            sids=end_x_sids(attributes, self.skipped),
        )  # fmt: skip
        self._links.append((nlri, reach))

    def _place_links(self) -> None:
        """Each in the IGP that it is of; raises where there are several that it may be of."""
        unclear = []
        for nlri, reach in self._links:
            first, *others = self._igps.of_link(nlri)
            if others:
                unclear.append(f"{nlri.local.system} {nlri.remote.system}")
            self._nodes[first][nlri.local].reaches.append(reach)
        if unclear:
            raise InputError.single(
                f"nothing tells of {counted(len(unclear), 'link')} which of two levels or "
                "instances they belong to", file=self._file, value=unclear[0],
                remedy="GoBGP from 4.8 on prints the protocol and instance of links.",
            )  # fmt: skip

    def _place_sids(self) -> None:
        for nlri, sids in self._sids:
            igps = self._igps.of_sids(nlri)
            if len({igp.domain for igp in igps}) > 1:
                self.skipped["SIDs of router ids that several instances have"] += len(sids)
                continue
            for igp in igps:
                self._nodes[igp][nlri.node].sids += sids

    def _refuse(self) -> None:
        if self._empty:
            raise InputError.single(
                "the routes are printed without their content: nlri is null", file=self._file,
                remedy="GoBGP before 3.11 prints BGP-LS so; a newer one prints it in full.",
            )  # fmt: skip
        expected = "gobgp global rib -a ls -j"
        raise InputError.single("no BGP-LS routes", file=self._file, expected=expected)


def _lsp(router: RouterId, node: _Node, skipped: Skipped) -> Lsp:
    """What a node would say of itself in its LSP."""
    lost = sum(sid.structure is None for sid in node.sids)
    if lost:
        skipped["SIDs that do not say which part of them is the locator"] += lost
    return Lsp(
        router.system, router.circuit, 0, overload=node.overload is True, attached=node.attached,
        hostname=node.name, reaches=node.reaches, locators=list(_locators(node)),
        algorithms=node.algorithms, flex_algos=node.flex_algos, by_id=True,
    )  # fmt: skip


def _locators(node: _Node) -> Iterator[LocatorRecord]:
    """GoBGP prints none; they are the part of a SID that its structure calls block and node."""
    every = [*node.sids, *(sid for reach in node.reaches for sid in reach.sids)]
    found: dict[tuple[IPv6Network, int], list[AdvertisedSid]] = {}
    for sid in every:
        if sid.structure is not None:
            bits = sid.structure.block_bits + sid.structure.node_bits
            prefix = IPv6Network((int(sid.sid) >> (128 - bits) << (128 - bits), bits))
            own = found.setdefault((prefix, sid.algorithm), [])
            if sid in node.sids:
                own.append(sid)
    for (prefix, algorithm), sids in found.items():
        yield LocatorRecord(prefix, STANDARD, algorithm, tuple(sids))


def _ls_attribute(attributes: object) -> Object:
    items = attributes if isinstance(attributes, list) else []
    found = (one for one in items if isinstance(one, dict) and one.get("type") == _BGP_LS)
    return next(found, {})
