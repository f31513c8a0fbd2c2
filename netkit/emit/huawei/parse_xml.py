"""The XML of YANG 8.22 to the state of a router."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

from netkit.emit.common.hints import refuse_others
from netkit.emit.common.reading import Notes, address, number, prefix
from netkit.emit.common.tree import Statement
from netkit.emit.common.xml import read_xml
from netkit.emit.dialect import Parsed
from netkit.emit.huawei.found import Found, FoundList, FoundPolicy, locator_state, sid_of
from netkit.emit.huawei.words import FLAVORS, PUBLIC, SERVICES, yang_words
from netkit.model.router_state import EndpointBehavior, Flavor, LocalSid, LocatorState

_FLAVORED = {
    yang_words(word, flavor): (behavior, flavors)
    for word, behavior in (("end", EndpointBehavior.END), ("end-x", EndpointBehavior.END_X))
    for flavor, flavors in FLAVORS.items()
}
"""Behaviour and flavors by the names of the YANG's lists."""


def parse_xml(text: str, file: str, router: str) -> Parsed:
    """Read a ``<config>``, or what ``get-config`` answers.

    Raises:
        InputError: no XML, a file of another platform, or values that cannot be understood.
    """
    refuse_others(text, file, "huawei")
    top = read_xml(text, file)
    found = Found(Notes(file))
    _keys(top, "ifm", "interfaces", "interface")
    _keys(top, "network-instance", "instances", "instance")
    for instance in _each(top, "network-instance", "instances", "instance"):
        if instance.take_value("name") == PUBLIC:
            for srv6 in instance.take_all("srv6"):
                _srv6(srv6, found)
    return found.notes.parsed(found.state(router), top)


def _each(one: Statement, *path: str) -> Iterator[Statement]:
    """Every statement down a path of names, all of them taken."""
    if not path:
        yield one
        return
    for inner in one.take_all(path[0]):
        yield from _each(inner, *path[1:])


def _keys(top: Statement, *path: str) -> None:
    """What is named by its key alone, so that others can refer to it, says nothing by itself."""
    for one in _each(top, *path):
        one.take("name")


def _srv6(srv6: Statement, found: Found) -> None:
    srv6.take("enable")
    srv6.take("reduce-srh-enable")
    source = srv6.take("encapsulation", "source-address")
    if source is not None:
        with found.notes.at(source):
            found.source = address(source.value)
    for one in _each(srv6, "locators", "locator"):
        with found.notes.at(one):
            _locator(one, found)
    for policy in srv6.take_all("srpolicy"):
        _sr_policies(policy, found)


def _locator(one: Statement, found: Found) -> None:
    net = prefix(f"{one.take_value('prefix')}/{number(one.take_value('prefix-length'))}")
    static = number(one.take_value("static-length") or "0")
    algorithm = number(one.take_value("flex-algo") or "0")
    locator = locator_state(one.take_value("name") or "", net, static, algorithm)
    found.locators.append(locator)
    for opcodes in one.take_all("opcodes"):
        for container in opcodes.inside:
            word = container.name.removesuffix("s")
            if word in _FLAVORED or word in SERVICES:
                container.taken = True
                for entry in container.take_all(word):
                    with found.notes.at(entry):
                        found.sids.append(_sid(word, entry, locator))


def _sid(word: str, entry: Statement, locator: LocatorState) -> LocalSid:
    at = sid_of(locator, address(entry.take_value("value")))
    if word in SERVICES:
        vrf = entry.take_value("vpn-name")
        return LocalSid(at, SERVICES[word], vrf=None if vrf == PUBLIC else vrf)
    behavior, flavors = _FLAVORED[word]
    if behavior is EndpointBehavior.END:
        return LocalSid(at, behavior, flavors)
    return _end_x(LocalSid(at, behavior, flavors), flavors, entry)


def _end_x(sid: LocalSid, flavors: frozenset[Flavor], entry: Statement) -> LocalSid:
    interface, hop = entry.take_value("if-name"), address(entry.take_value("next-hop"))
    return LocalSid(sid.prefix, sid.behavior, flavors, interface, hop)


def _sr_policies(policies: Statement, found: Found) -> None:
    for attributes in policies.take_all("policy-attributes"):
        attributes.take("locator")
        for one in _each(attributes, "segment-lists", "segment-list"):
            _segment_list(one, found)
    for one in _each(policies, "policys", "policy"):
        with found.notes.at(one):
            _policy(one, found)


def _segment_list(one: Statement, found: Found) -> None:
    entries: dict[int, IPv6Address] = {}
    name = one.take_value("name") or ""
    for segment in _each(one, "segments", "segment"):
        with found.notes.at(segment):
            index, sid = number(segment.take_value("index")), segment.take_value("sid-value-2")
            if sid is not None:
                entries[index] = address(sid)
    known = next(one.foreign(), None) is None
    found.lists[name] = entries if known else None
    if not known:
        one.leave()


def _policy(one: Statement, found: Found) -> None:
    if (one.take_value("admin-state") or "up") != "up":
        one.leave()  # it is not in force, and so no policy of the state
        return
    color, endpoint = number(one.take_value("color")), address(one.take_value("endpoint"))
    policy = FoundPolicy(one, one.take_value("name") or "", endpoint, color)
    binding = one.take("binding-sid")
    if binding is not None:
        binding.take("dataplane")
        policy.binding_sid = address(binding.take_value("value"))
    _take_if(one, "hsb-enable", "enable")
    _take_if(one, "encapsulation-mode", "encaps")
    for path in _each(one, "candidate-paths", "candidate-path"):
        with found.notes.at(path):
            _path(path, policy)
    found.policies.append(policy)


def _take_if(one: Statement, name: str, value: str) -> None:
    """Take a leaf that says what netkit always says; another value of it is foreign."""
    found = one.take(name)
    if found is not None and found.value != value:
        found.leave()


def _path(path: Statement, policy: FoundPolicy) -> None:
    for key in ("protocol-origin", "originator", "discriminator"):
        path.take(key)
    lists = policy.paths.setdefault(number(path.take_value("preference")), [])
    for one in _each(path, "segment-lists", "segment-list"):
        with_mtu, weight = one.take_value("path-mtu"), one.take_value("weight") or "1"
        mtu = None if with_mtu is None else number(with_mtu)
        lists.append(FoundList(one.take_value("name") or "", number(weight), mtu))
