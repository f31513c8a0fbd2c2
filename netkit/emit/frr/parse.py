"""Files of FRR and configurations that it shows, back to a state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.hints import refuse_others
from netkit.emit.common.indented import read_indented
from netkit.emit.common.reading import Notes, address
from netkit.emit.common.sids import home
from netkit.emit.common.tree import Statement
from netkit.emit.dialect import Parsed
from netkit.emit.frr.project import DEFAULT_VRF
from netkit.emit.frr.routes import SegmentRoute, policies_of
from netkit.emit.frr.statements import FORMATS, prefix, static_route, static_sid
from netkit.errors import InputError
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import LocalSid, LocatorState, RouterState

_SILENT = ("exit", "exit-vrf", "quit", "end")
_BANNER = ("Building configuration...", "Current configuration:")


def parse(text: str, file: str, router: str) -> Parsed:
    """The state that ``text`` gives to ``router``, and what in it is not netkit's.

    Raises:
        InputError: the text is of another platform, or statements that are netkit's to know cannot
            be understood: all of them, with their lines.
    """
    refuse_others(text, file, "frr")
    if text.lstrip()[:1] in ("{", "[", "<"):
        what, expected = "this is no file of frr", "what `show running-config` prints"
        raise InputError.single(what, file=file, line=1, expected=expected)
    top = read_indented(text)
    _take_silent(top)
    found, notes = _Found(), Notes(file)
    _segment_routing(top, found, notes)
    _routes(top, None, found, notes)
    for vrf in top.take_all("vrf"):
        _routes(vrf, None if vrf.value == DEFAULT_VRF else vrf.value, found, notes)
    _isis(top)
    return notes.parsed(found.state(router), top)


@dataclass(slots=True)
class _Found:
    """What of the state has been read so far; SIDs with their statements."""

    source: IPv6Address | None = None
    locators: list[LocatorState] = field(default_factory=list)
    sids: list[tuple[Statement, LocalSid]] = field(default_factory=list)
    routes: dict[tuple[object, ...], SegmentRoute] = field(default_factory=dict)

    def state(self, router: str) -> RouterState:
        """All of it; a SID outside of all locators is given back."""
        locators = tuple(sorted(self.locators))
        for statement, sid in self.sids:
            if home(sid.sid, locators) is None:
                statement.leave()
        sids = {sid for _, sid in self.sids if home(sid.sid, locators) is not None}
        return RouterState(
            router, self.source, locators, tuple(sorted(sids, key=lambda one: one.prefix)),
            policies_of(self.routes.values()),
        )  # fmt: skip


def _take_silent(at: Statement) -> None:
    """Ends of nodes, and what vtysh prints around a configuration, say nothing."""
    for one in at.inside:
        one.taken = one.head in _BANNER or (one.name in _SILENT and one.value is None)
        _take_silent(one)


def _named(at: Statement, words: str) -> Iterator[Statement]:
    """The statements of exactly these words, taken."""
    for one in at.inside:
        if one.head == words:
            one.taken = True
            yield one


def _segment_routing(top: Statement, found: _Found, notes: Notes) -> None:
    nodes = [srv6 for one in _named(top, "segment-routing") for srv6 in _named(one, "srv6")]
    for srv6 in nodes:
        for node in _named(srv6, "encapsulation"):
            for one in node.take_all("source-address"):
                with notes.at(one):
                    found.source = address(one.value)
        for node in _named(srv6, "locators"):
            for one in node.take_all("locator"):
                with notes.at(one):
                    found.locators.append(locator_of(one))
        for node in _named(srv6, "static-sids"):
            for one in node.take_all("sid"):
                with notes.at(one):
                    _sid(one, found)


def locator_of(node: Statement) -> LocatorState:
    """The locator of a view; raises ValueError for words that are not understood."""
    own: IPv6Network | None = None
    structure: SidStructure | None = None
    usid = bool(list(_named(node, "behavior usid")))
    for one in node.take_all("prefix"):
        own, structure = prefix(one.head.split())
    for one in node.take_all("format"):
        if one.value in FORMATS:
            structure, usid = FORMATS[one.value]
        else:
            one.leave()
    if own is None or structure is None:
        raise ValueError("a locator without a prefix")
    return LocatorState(node.value or "", own, structure, 0, usid)


def _sid(one: Statement, found: _Found) -> None:
    sid = static_sid(one.head.split())
    if sid is None:
        one.leave()
    else:
        found.sids.append((one, sid))


def _routes(at: Statement, vrf: str | None, found: _Found, notes: Notes) -> None:
    """Those that are netkit's; a second next hop of one distance is not."""
    for one in [*at.take_all("ip"), *at.take_all("ipv6")]:
        with notes.at(one):
            words = one.head.split()
            route = static_route(words, vrf) if words[1:2] == ["route"] else None
            key = None if route is None else (route.vrf, route.prefix, route.color, route.distance)
            if route is None or key is None or found.routes.setdefault(key, route) != route:
                one.leave()


def _isis(top: Statement) -> None:
    """Which instance carries the locator is not of the state; the rest of it is the operator's."""
    for one in top.take_all("router"):
        carrying = list(_named(one, "segment-routing srv6"))
        for node in carrying:
            list(node.take_all("locator"))
        if not carrying or not (one.value or "").startswith("isis "):
            one.leave()
