"""The filter at the edge of the SRv6 domain (RFC 8754 §5.1), as ``nft -f`` takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.desired.words import plain
from netkit.emit.linux.customers import clamp_rules
from netkit.model.router_state import EdgeFilter, RouterState

TABLE = "netkit_edge"
NO_FILTER = "no edge filter of netkit"


def edge_file(state: RouterState) -> str:
    """The ``nft -f`` file of one router."""
    name = plain(state.router)
    if state.edge is None:
        return f"# {name}: {NO_FILTER}\n"
    rules = (*_rules(state.edge), *clamp_rules(state))
    body = "".join(f"    {rule}\n" for rule in rules)
    return (
        f"# {name}: edge of the SRv6 domain (RFC 8754 section 5.1); apply with: nft -f FILE\n"
        "# From customers no SID may be addressed or claimed; from other operators only the SIDs\n"
        "# that certified policies use; local SIDs take packets from inside the domain only.\n"
        f"table ip6 {TABLE}\n"
        f"delete table ip6 {TABLE}\n"
        f"table ip6 {TABLE} {{\n"
        "  chain prerouting {\n"
        "    type filter hook prerouting priority raw; policy accept;\n"
        f"{body}"
        "  }\n"
        "}\n"
    )


def _rules(edge: EdgeFilter) -> Iterator[str]:
    blocks = _set(edge.blocks) if edge.blocks else ""
    for port in edge.customers:
        for side in ("daddr", "saddr"):
            yield f'iifname "{port}" ip6 {side} {blocks} counter drop'
    for peer in edge.peers:
        if peer.admitted:
            # Braces also around one: what is let in is a list, however long.
            allowed = ", ".join(map(str, peer.admitted))
            yield f'iifname "{peer.interface}" ip6 daddr {{ {allowed} }} accept'
        yield f'iifname "{peer.interface}" ip6 daddr {blocks} counter drop'
    for prefix in edge.protected:
        own = [one for one in edge.reachable if one in prefix]
        spared = f" ip6 daddr != {_set(own)}" if own else ""
        yield f"ip6 daddr {prefix}{spared} ip6 saddr != {_set(edge.inside)} counter drop"


def _set(members: Iterable[IPv6Network | IPv6Address]) -> str:
    """One member as it is, more in braces."""
    words = [str(one) for one in members]
    return words[0] if len(words) == 1 else "{ " + ", ".join(words) + " }"
