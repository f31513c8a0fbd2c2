"""A headend's policies on Linux: H.Encaps.Red routes of the customer table (RFC 8986 §5.2)."""

from __future__ import annotations

from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan
from netkit.model.srv6.segment_list import CandidatePath, Share
from netkit.model.srv6.sids import sid_list

SID_DEVICE = "sr0"
"""The interface that carries SID routes: a bridge without ports, which every kernel has; Linux
ignores seg6local routes on ``lo``."""

CUSTOMER_TABLE = 100
PRIMARY_METRIC = 100
BACKUP_METRIC = 200

_NOBODY = "fe80::1"
"""Linux shares only among next hops with an address; encapsulated packets are never sent to it."""

_MOST_WEIGHT = 256


def policies(topology: Topology, pair: PairPlan) -> list[str]:
    """Primary and backup as two routes; taking the first away moves traffic to the second."""
    dst = pair.demand.dst
    if pair.primary is None:
        return [f"# To {dst}: no list guarantees {pair.demand.bound_us} us; none configured."]
    prefix = topology.addresses.customer_prefix(topology.node[dst].sid_index)
    lines = [f"# To {dst}, bound {pair.demand.bound_us} us one-way."]
    if pair.shares:
        lines.append(_split(topology, str(prefix), pair.shares, PRIMARY_METRIC))
    else:
        lines.append(_route(topology, str(prefix), pair.primary, PRIMARY_METRIC))
    if pair.backup is not None:
        lines.append(_route(topology, str(prefix), pair.backup, BACKUP_METRIC))
    if pair.backup_shares:
        lines.append(_split(topology, str(prefix), pair.backup_shares, BACKUP_METRIC))
    return lines


def linux_weights(weights: list[int]) -> list[int]:
    """Weights as Linux takes them, 1 to 256: the same, or the nearest in proportion."""
    largest = max(weights)
    if largest <= _MOST_WEIGHT:
        return weights
    return [max(1, (2 * weight * _MOST_WEIGHT + largest) // (2 * largest)) for weight in weights]


def _route(topology: Topology, prefix: str, candidate: CandidatePath, metric: int) -> str:
    way = f"{_encap(topology, candidate)} dev {SID_DEVICE}"
    return f"route add {prefix} {way} table {CUSTOMER_TABLE} metric {metric}"


def _split(topology: Topology, prefix: str, shares: tuple[Share, ...], metric: int) -> str:
    to = f"route add {prefix} table {CUSTOMER_TABLE} metric {metric}"
    return f"{to} {' '.join(_next_hops(topology, shares))}"


def _next_hops(topology: Topology, shares: tuple[Share, ...]) -> list[str]:
    weights = linux_weights([share.weight for share in shares])
    ways = [_encap(topology, share.candidate) for share in shares]
    return [
        f"nexthop {way} via {_NOBODY} dev {SID_DEVICE} weight {weight}"
        for way, weight in zip(ways, weights, strict=True)
    ]


def _encap(topology: Topology, candidate: CandidatePath) -> str:
    segments = ",".join(str(sid) for sid in sid_list(topology, candidate))
    return f"encap seg6 mode encap.red segs {segments}"
