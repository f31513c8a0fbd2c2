"""Configurations of the models, of netkit or as a router gives them, back to a state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.reading import Notes, address, number
from netkit.emit.common.tree import Statement
from netkit.emit.dialect import Parsed
from netkit.emit.ietf import words
from netkit.emit.ietf.parse_policies import policies
from netkit.emit.ietf.project import sid_of
from netkit.model.router_state import (
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    StampReflector,
)


def state_of(top: Statement, notes: Notes, router: str) -> Parsed:
    """The state that the trees in ``top`` give to ``router``, and what in them is not netkit's.

    Raises:
        InputError: with what is netkit's to know and cannot be understood, all of it.
    """
    found = _Found()
    for routing in _of(top, "routing", words.ROUTING):
        for one in _of(routing, "segment-routing", words.SEGMENT_ROUTING):
            for srv6 in one.take_all("srv6"):
                _srv6(srv6, found, notes)
        for one in _of(routing, "segment-routing", words.SR_POLICY):
            found.policies.extend(policies(one, notes))
    for stamp in _of(top, "stamp", words.STAMP):
        found.reflectors.extend(_reflectors(stamp, notes))
    state = RouterState(
        router,
        found.source,
        tuple(sorted(found.locators)),
        tuple(sorted(found.sids, key=lambda one: one.prefix)),
        tuple(sorted(found.policies, key=lambda one: one.key)),
        reflectors=tuple(found.reflectors),
    )
    return notes.parsed(state, top)


@dataclass(slots=True)
class _Found:
    source: IPv6Address | None = None
    locators: list[LocatorState] = field(default_factory=list)
    sids: list[LocalSid] = field(default_factory=list)
    policies: list[PolicyState] = field(default_factory=list)
    reflectors: list[StampReflector] = field(default_factory=list)


def _of(at: Statement, name: str, module: str) -> Iterator[Statement]:
    """The statements of that name in that module, taken; without a namespace they are of it."""
    for one in at.inside:
        if one.name == name and one.namespace in (None, module):
            one.taken = True
            yield one


def _enabled(node: Statement, leaf: str, default: str) -> bool:
    """Is it in force? What is not is given back; ``default`` is that of the model."""
    if (node.take_value(leaf) or default) == "true":
        return True
    node.leave()
    return False


def _srv6(node: Statement, found: _Found, notes: Notes) -> None:
    if not _enabled(node, "enable", "false"):
        return
    source = node.take("encapsulation", "source-address")
    if source is not None:
        with notes.at(source):
            found.source = address(source.value)
    for locators in node.take_all("locators"):
        for one in locators.take_all("locator"):
            with notes.at(one):
                _locator(one, found, notes)


def _locator(node: Statement, found: _Found, notes: Notes) -> None:
    if not _enabled(node, "enable", "false"):
        return
    name, algorithm = node.take_value("name"), node.take_value("algorithm")
    base = address(node.take_value("prefix", "address"))
    prefix = IPv6Network((base, number(node.take_value("prefix", "length"))))
    said = words.structure_of(node.take_value("format") or "", prefix.prefixlen)
    if name is None or said is None:
        raise ValueError("a locator without a name and a format that netkit knows")
    structure, usid = said
    own = 0 if algorithm is None else number(algorithm)
    locator = LocatorState(name, prefix, structure, own, usid)
    found.locators.append(locator)
    found.sids.extend(_node_sid(node, locator))
    sids = node.take("static", "sids")
    for one in () if sids is None else sids.take_all("sid"):
        with notes.at(one):
            found.sids.extend(_static_sid(one, locator))


def _node_sid(node: Statement, locator: LocatorState) -> Iterator[LocalSid]:
    """Only a uN says by itself what it matches; other node SIDs have functions of the router's."""
    given = node.take("node-sid-auto-allocation")
    if given is None:
        return
    given.take("disable")
    for one in given.take_all("behavior"):
        found = words.behavior_of(one.value or "")
        if found is None or Flavor.NEXT_CSID not in found[1]:
            one.leave()
        else:
            yield LocalSid(locator.prefix, *found)


def _static_sid(node: Statement, locator: LocatorState) -> Iterator[LocalSid]:
    """``End`` and ``End.X``; other behaviours are left as foreign."""
    kind = node.take("end-behavior-type")
    found = None if kind is None else words.behavior_of(kind.value or "")
    known = (EndpointBehavior.END, EndpointBehavior.END_X)
    if found is None or found[0] not in known or Flavor.NEXT_CSID in found[1]:
        node.leave()
        return
    prefix = sid_of(number(node.take_value("function")), locator)
    yield LocalSid(prefix, *found, next_hop=_neighbour(node))


def _neighbour(node: Statement) -> IPv6Address | None:
    for inner in node.inside:
        if inner.name.startswith("end-x"):
            inner.taken = True
            path = inner.take("paths", "path")
            if path is not None:
                path.take("path-index")
                return address(path.take_value("next-hop"))
    return None


def _reflectors(stamp: Statement, notes: Notes) -> Iterator[StampReflector]:
    """Sessions of one address and port are one reflector; with ``any`` it answers every sender."""
    found: dict[tuple[IPv6Address, int], set[IPv6Address]] = {}
    node = stamp.take("stamp-session-reflector")
    if node is not None and not _enabled(node, "reflector-enable", "true"):
        return
    for one in () if node is None else node.take_all("reflector-test-session"):
        with notes.at(one):
            one.take("session-index")
            here, sender = one.take_value("reflector-ip"), one.take_value("sender-ip")
            port = one.take_value("reflector-udp-port")
            if here in (None, "any"):
                one.leave()
                continue
            key = (address(here), 862 if port is None else number(port))
            senders = found.setdefault(key, set())
            if sender not in (None, "any"):
                senders.add(address(sender))
    for key, senders in found.items():
        yield StampReflector(*key, tuple(sorted(senders)))
