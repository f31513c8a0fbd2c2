"""The filter at the edge of the SRv6 domain (RFC 8754 §5.1) as Junos has it: that of customers.

It is defined, and not applied: a port has one input filter, which may be there already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv6Network

from netkit.emit.common.tree import Statement
from netkit.emit.dialect import LeftOut
from netkit.emit.junos.words import Said, rows
from netkit.model.router_state import EdgeFilter

NAME = "netkit-edge"
PREFIX = ("firewall", "family", "inet6", "filter", NAME)

_TERMS = (("to-sids", "destination-address"), ("from-sids", "source-address"))


def filters(edge: EdgeFilter) -> list[Statement]:
    """What stands in ``firewall``: customers send neither to SIDs nor from them."""
    terms = [
        _term(name, Statement("from", inside=_prefixes(word, edge.blocks)), "discard")
        for name, word in _TERMS
    ]
    own = Statement("filter", inside=[Statement("name", NAME), *terms, _term("others", None)])
    return [Statement("family", inside=[Statement("inet6", inside=[own])])]


def said_edge(edge: EdgeFilter | None) -> EdgeFilter | None:
    """What of ``edge`` is said: which prefixes are closed to customers."""
    return None if edge is None or not edge.blocks else EdgeFilter(edge.blocks, (), (), ())


def unsaid_edge(edge: EdgeFilter) -> Iterator[LeftOut]:
    """What of ``edge`` is not."""
    ports = ", ".join(edge.customers)
    if ports:
        say = f"`set interfaces PORT unit UNIT family inet6 filter input {NAME}`"
        yield LeftOut(f"edge filter at ports {ports}", f"a port has one, which may be there: {say}")
    peers = ", ".join(one.interface for one in edge.peers)
    if peers:
        yield LeftOut(f"SIDs admitted from peers at {peers}", "their filters are not confirmed")
    if edge.inside or edge.protected or edge.reachable:
        why = "a filter that is before the SIDs of Junos is not confirmed"
        yield LeftOut("sources that local SIDs take packets from", why)


def read_edge(said: Sequence[Said]) -> EdgeFilter | None:
    """The filter that rows of it say; None where they are not exactly netkit's."""
    words = {row for _, row in said}
    try:
        blocks = sorted({IPv6Network(row[-1]) for row in words if row[-2] == _TERMS[0][1]})
    except ValueError:
        return None
    edge = EdgeFilter(tuple(blocks), (), (), ())
    firewall = Statement("firewall", inside=filters(edge))
    return edge if blocks and words == {row for _, row in rows(firewall)} else None


def _prefixes(word: str, prefixes: Iterable[IPv6Network]) -> list[Statement]:
    return [Statement(word, inside=[Statement("name", str(one))]) for one in prefixes]


def _term(name: str, match: Statement | None, action: str = "accept") -> Statement:
    inside = [Statement("name", name), *([match] if match else [])]
    return Statement("term", inside=[*inside, Statement("then", inside=[Statement(action)])])
