"""Access lists and the responder of performance measurement, in the unified models of IOS XR."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Network

from netkit.emit.common.tree import Statement
from netkit.emit.iosxr.edge import STEP, Rule, access_lists, on_ports
from netkit.model.router_state import EdgeFilter, StampReflector

UNIFIED = "http://cisco.com/ns/yang/Cisco-IOS-XR-um-"
MEASURED = ("protocol", "twamp-light", "measurement", "delay")
SENDERS = ("responder", "allow-querier", "addresses", "ipv6-addresses")


def edge_statements(edge: EdgeFilter) -> Iterator[Statement]:
    """The access lists, and the interfaces that they stand on."""
    lists = [_access_list(name, rules) for name, rules in access_lists(edge).items()]
    found = Statement("ipv6", inside=[Statement("access-lists", inside=lists)])
    found.namespace = UNIFIED + "ipv6-access-list-cfg"
    yield found
    ports = [_port(interface, name) for interface, name in on_ports(edge).items()]
    if ports:
        yield Statement("interfaces", namespace=UNIFIED + "interface-cfg", inside=ports)


def _access_list(name: str, rules: tuple[Rule, ...]) -> Statement:
    inside = [_rule(number * STEP, one) for number, one in enumerate(rules, start=1)]
    sequences = Statement("sequences", inside=inside)
    return Statement("access-list", inside=[Statement("access-list-name", name), sequences])


def _rule(number: int, one: Rule) -> Statement:
    return Statement("sequence", inside=[
        Statement("sequence-number", str(number)),
        Statement(one.verdict, inside=[
            Statement("protocol", "ipv6"),
            _side("source", one.source),
            _side("destination", one.destination),
        ]),
    ])  # fmt: skip


def _side(name: str, prefix: IPv6Network | None) -> Statement:
    if prefix is None:
        return Statement(name, inside=[Statement("any")])
    return Statement(name, inside=[
        Statement("address", str(prefix.network_address)),
        Statement("prefix-length", str(prefix.prefixlen)),
    ])  # fmt: skip


def _port(interface: str, name: str) -> Statement:
    first = Statement("access-list-name-1", inside=[Statement("name", name)])
    group = Statement("access-group", inside=[Statement("ingress", inside=[first])])
    group.namespace = UNIFIED + "if-access-group-cfg"
    return Statement("interface", inside=[
        Statement("interface-name", interface),
        Statement("ipv6", inside=[group]),
    ])  # fmt: skip


def responder(one: StampReflector) -> Statement:
    """The responder: TWAMP Light, whose unauthenticated packets STAMP's are (RFC 8762 §4.6)."""
    delay = Statement(MEASURED[-1], inside=[
        Statement("unauthenticated", inside=[Statement("querier-dst-port", str(one.port))]),
    ])  # fmt: skip
    if one.senders:
        allowed = [
            Statement("ipv6", inside=[Statement("address", str(sender))]) for sender in one.senders
        ]
        delay.inside.append(_around(SENDERS, allowed))
    found = Statement("performance-measurement", inside=[_around(MEASURED[:-1], [delay])])
    found.namespace = UNIFIED + "performance-measurement-cfg"
    return found


def _around(names: tuple[str, ...], inside: list[Statement]) -> Statement:
    """Containers of one path around statements."""
    for name in reversed(names):
        inside = [Statement(name, inside=inside)]
    return inside[0]
