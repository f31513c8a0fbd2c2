"""netkit's access lists and the responder, out of the unified models of IOS XR."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.tree import Statement
from netkit.emit.common.values import Values
from netkit.emit.iosxr.edge import Rule, is_ours
from netkit.emit.iosxr.found import Edge
from netkit.emit.iosxr.xml_edge import MEASURED, SENDERS


def read_edge(top: Statement, values: Values) -> Edge:
    """netkit's access lists, and the interfaces that they stand on."""
    lists: dict[str, tuple[Rule, ...]] = {}
    for ipv6 in top.take_all("ipv6"):
        for around in ipv6.take_all("access-lists"):
            for one in around.take_all("access-list"):
                name = one.take_value("access-list-name") or ""
                if is_ours(name):
                    lists[name] = _rules(one, values)
                else:
                    one.leave()
    ports: dict[str, str] = {}
    for interfaces in top.take_all("interfaces"):
        for one in interfaces.take_all("interface"):
            path = ("ipv6", "access-group", "ingress", "access-list-name-1", "name")
            interface, group = one.take_value("interface-name"), one.take_value(*path)
            if interface is not None and group is not None and is_ours(group):
                ports[interface] = group
            else:
                one.leave()
    return lists, ports


def _rules(access_list: Statement, values: Values) -> tuple[Rule, ...]:
    found = []
    for sequences in access_list.take_all("sequences"):
        for one in sequences.take_all("sequence"):
            rule = _rule(one, values)
            if rule is None:
                one.leave()
            else:
                number = values.number(one.take("sequence-number")) or 0
                found.append((number, rule))
    return tuple(rule for _, rule in sorted(found, key=lambda one: one[0]))


def _rule(one: Statement, values: Values) -> Rule | None:
    for verdict in ("permit", "deny"):
        found = one.take(verdict)
        if found is not None and found.take_value("protocol") == "ipv6":
            source = _side(found.take("source"), values)
            return Rule(verdict, source, _side(found.take("destination"), values), one)
    return None


def _side(one: Statement | None, values: Values) -> IPv6Network | None:
    if one is None or one.take("any") is not None:
        return None
    base, length = values.address(one.take("address")), values.number(one.take("prefix-length"))
    found = None
    if base is not None and length is not None:
        with values.at(one):
            found = IPv6Network((base, length))
    return found


def read_responder(top: Statement, values: Values) -> tuple[int, tuple[IPv6Address, ...]] | None:
    """The port of the responder and the senders that it answers."""
    delay = top.take("performance-measurement", *MEASURED)
    if delay is None:
        return None
    port = values.number(delay.take("unauthenticated", "querier-dst-port"))
    allowed = delay.take(*SENDERS)
    senders = [] if allowed is None else [
        values.address(one.take("address")) for one in allowed.take_all("ipv6")
    ]  # fmt: skip
    if port is None:
        return None
    return port, tuple(sorted(one for one in senders if one is not None))
