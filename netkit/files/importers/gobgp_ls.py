"""BGP-LS as GoBGP prints it: ``gobgp global rib -a ls -j``, a table of paths by NLRI.

Nodes, links and SRv6 SIDs (RFC 9552, RFC 9514) become the records that an IS-IS database is made
of; all else is as there. What each version prints is in ``docs/importers.md``.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Network
from typing import Any

from netkit.errors import InputError
from netkit.files.importers.frr_isis import import_database
from netkit.files.importers.imported import Imported, Options
from netkit.files.importers.link_state.frr_json import MAX_STREAMED_BYTES
from netkit.files.importers.link_state.gobgp.attributes import (
    end_x_sids,
    flag,
    link_traffic,
    metric_of,
    node_name,
    node_sids,
)
from netkit.files.importers.link_state.gobgp.nlri import (
    UNKNOWN,
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
    LocatorRecord,
    Lsp,
    Reach,
)
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.reading.files import Bytes
from netkit.files.reading.json_stream import JsonStream
from netkit.model.network.advertised import AdvertisedSid

Object = dict[str, Any]

_BGP_LS = 29
"""The type of the BGP-LS attribute."""

_LEVELS = {"ISIS-L1": ("", 1), "ISIS-L2": ("", 2)}
_PREFIX = "NLRI { PREFIX"
"""Prefixes of routers: a plan needs none of them."""

_NO_IGP = ("DIRECT", "STATIC", "BGP")


def parse_gobgp(text: str, file: str, options: Options) -> Imported:
    """Read a BGP-LS table that is text in memory.

    Raises:
        InputError: as :func:`read_gobgp`.
    """
    return read_gobgp(io.BufferedReader(io.BytesIO(text.encode())), file, options)


def read_gobgp(stream: Bytes, file: str, options: Options) -> Imported:
    """Read a BGP-LS table, route by route.

    Raises:
        InputError: no JSON, no node and no link in it, or printed by a version that leaves out what
            a network is made of.
    """
    table = _Table(file)
    json = JsonStream(stream, file, dict, MAX_STREAMED_BYTES)
    for _ in json.documents():
        if json.peek() == "{":
            for text in json.members():
                table.route(text, json.value())
        else:
            table.route("", json.value())
    return import_database(table.database(), file, options, table.skipped, "BGP-LS table")


@dataclass
class _Node:
    """What routes say of one router or LAN."""

    name: str | None = None
    overload: bool | None = None
    attached: bool = False
    protocols: set[str] = field(default_factory=set)
    sids: list[AdvertisedSid] = field(default_factory=list)
    reaches: list[tuple[str, Reach]] = field(default_factory=list)


class _Table:
    """Routes as they come; at their end, the database that they were made from."""

    def __init__(self, file: str) -> None:
        self.skipped = Skipped()
        self._file = file
        self._nodes: dict[RouterId, _Node] = defaultdict(_Node)
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
            sids = node_sids(attributes, known.sids, self.skipped)
            self._nodes[known.node].sids += sids
        elif not text.startswith(_PREFIX):
            self.skipped["routes whose NLRI is not understood"] += 1

    def database(self) -> Database:
        """The database, an IGP a level; raises :class:`~netkit.errors.InputError` without routes,
        or where links do not say their level."""
        if not self._nodes:
            self._refuse()
        unsaid = sum(
            router.circuit == ROUTER and node.overload is None
            for router, node in self._nodes.items()
        )
        if unsaid:
            self.skipped["nodes whose overload bit is not printed"] += unsaid
        self._refuse_unclear()
        database = Database()
        every = {protocol for node in self._nodes.values() for protocol in node.protocols}
        for router, node in list(self._nodes.items()):
            for protocol in sorted(self._protocols(router, every)):
                level = _LEVELS.get(protocol, (protocol, 0))
                database.levels.setdefault(level, []).append(_lsp(router, node, protocol))
        return database

    def _protocols(self, router: RouterId, every: set[str]) -> set[str]:
        """Those that its own route says; of a LAN without one, those of the router that speaks for
        it; else the one that there is."""
        speaker = self._nodes.get(RouterId(router.system, ROUTER), _Node())
        own = self._nodes[router].protocols or speaker.protocols
        return own or (every if len(every) == 1 else {UNKNOWN})

    def _node(self, nlri: NodeNlri, attributes: Object) -> None:
        if nlri.protocol in _NO_IGP:
            self.skipped[f"nodes of protocol {nlri.protocol}"] += 1
            return
        node = self._nodes[nlri.node]
        node.protocols.add(nlri.protocol)
        node.name = node.name or node_name(attributes, self.skipped)
        overload = flag(attributes, "overload")
        node.overload = overload if node.overload is None else node.overload or overload is True
        node.attached = node.attached or flag(attributes, "attached") is True

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
        self._nodes[nlri.local].reaches.append((nlri.protocol, reach))

    def _refuse(self) -> None:
        if self._empty:
            raise InputError.single(
                "the routes are printed without their content: nlri is null", file=self._file,
                remedy="GoBGP before 3.11 prints BGP-LS so; a newer one prints it in full.",
            )  # fmt: skip
        expected = "gobgp global rib -a ls -j"
        raise InputError.single("no BGP-LS routes", file=self._file, expected=expected)

    def _refuse_unclear(self) -> None:
        """Links of two routers of two levels, where the text does not say which level they are."""
        unclear = [
            f"{router.system} {reach.system}"
            for router, node in self._nodes.items()
            for protocol, reach in node.reaches
            if protocol == UNKNOWN and len(self._shared(router, reach)) > 1
        ]
        if unclear:
            raise InputError.single(
                f"nothing tells of {len(unclear)} links which of two levels they belong to",
                file=self._file, value=unclear[0],
                remedy="GoBGP from 4.8 on prints the protocol of links.",
            )  # fmt: skip

    def _shared(self, router: RouterId, reach: Reach) -> set[str]:
        other = self._nodes.get(RouterId(reach.system, reach.circuit), _Node())
        return self._nodes[router].protocols & other.protocols


def _lsp(router: RouterId, node: _Node, protocol: str) -> Lsp:
    """What a node would say of itself in its LSP."""
    reaches = [reach for of, reach in node.reaches if of in (UNKNOWN, protocol)]
    return Lsp(
        router.system, router.circuit, 0, overload=node.overload is True, attached=node.attached,
        hostname=node.name, reaches=reaches, locators=list(_locators(node)), by_id=True,
    )  # fmt: skip


def _locators(node: _Node) -> Iterator[LocatorRecord]:
    """GoBGP prints none; they are the part of a SID that its structure calls block and node."""
    every = [*node.sids, *(sid for _, reach in node.reaches for sid in reach.sids)]
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
