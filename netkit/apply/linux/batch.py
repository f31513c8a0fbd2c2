"""The files that ``netkit emit --target linux`` writes, as the things of a kernel that they make.

Emitting and applying thus say the same: what a router is given by ``ip -batch`` and ``nft -f`` is
what ``netkit apply`` wants it to hold. Only the statements that the emitter writes are known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address, ip_network

from netkit.apply.linux import edge_table
from netkit.apply.objects import (
    KernelObject,
    NextHop,
    PassPair,
    Route,
    Rule,
    Seg6,
    Seg6Local,
    SidDevice,
    TunnelSource,
)
from netkit.emit.linux.words import PASS_IN, PASS_OUT_ADDRESS, PASS_OUT_MAC
from netkit.errors import InputError, Problem

_MAIN = 254
_METRIC = {4: 0, 6: 1024}
"""What the kernel takes where no metric is given: none in IPv4, IP6_RT_PRIO_USER in IPv6."""


def objects_of(batch: str, nft: str, file: str | None = None) -> tuple[KernelObject, ...]:
    """Everything that the two files make.

    Raises:
        InputError: for every line of ``batch`` that the emitter does not write.
    """
    found: list[KernelObject] = []
    problems = []
    for number, line in enumerate(batch.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            try:
                found.extend(_statement(_Words(line.split())))
            except (ValueError, IndexError, KeyError) as error:
                what = "not a statement that netkit writes for Linux"
                problems.append(Problem(file, number, f"{what} ({error})", line))
    if problems:
        raise InputError(problems)
    table = edge_table.normal(nft)
    return (*found, *((table,) if table.lines else ()))


class _Words:
    """The words of a statement, taken from the left."""

    def __init__(self, words: Sequence[str]) -> None:
        self._left = list(words)

    def __bool__(self) -> bool:
        return bool(self._left)

    def next(self) -> str:
        return self._left.pop(0)

    def take(self, *words: str) -> bool:
        """Are these the next words? Then they are taken."""
        if tuple(self._left[: len(words)]) != words:
            return False
        del self._left[: len(words)]
        return True

    def after(self, word: str) -> str | None:
        """The word behind ``word``, if that comes next."""
        return self.next() if self.take(word) else None

    def number_after(self, word: str) -> int | None:
        found = self.after(word)
        return None if found is None else int(found)


def _statement(words: _Words) -> Iterator[KernelObject]:
    if words.take("link", "add"):
        yield _device(words)
    elif words.take("link", "set"):
        words.next()
        words.take("up")
    elif words.take("neigh", "add", str(PASS_OUT_ADDRESS), "lladdr", PASS_OUT_MAC):
        # A part of the pair of devices, which says it whole.
        words.take("dev", PASS_IN, "nud", "permanent")
    elif words.take("sr", "tunsrc", "set"):
        yield TunnelSource(IPv6Address(words.next()))
    elif words.take("rule", "add"):
        yield _rule(words)
    elif words.take("route", "add"):
        yield _route(words)
    if words:
        raise ValueError(f"at {words.next()}")


def _device(words: _Words) -> SidDevice | PassPair:
    name = words.next()
    if words.take("type", "bridge"):
        return SidDevice(name)
    mtu, mac = words.number_after("mtu"), words.after("address")
    words.take("type", "veth", "peer")
    peer, far_mtu = words.after("name"), words.number_after("mtu")
    peer_mac = words.after("address")
    if mtu is None or mac is None or peer is None or peer_mac is None or far_mtu != mtu:
        raise ValueError("a pair has mtu and address at both ends")
    return PassPair(name, peer, mac, peer_mac, IPv6Address(PASS_OUT_ADDRESS), mtu)


def _rule(words: _Words) -> Rule:
    family = 4 if words.take("from", "0.0.0.0/0") else 6
    words.after("from")
    priority = words.number_after("pref")
    interface, table = words.after("iif"), words.number_after("table")
    words.after("protocol")
    if priority is None or interface is None or table is None:
        raise ValueError("a rule has pref, iif and table")
    return Rule(interface, table, priority, family)


def _route(words: _Words) -> Route:
    blackhole, local = words.take("blackhole"), words.take("local")
    prefix = ip_network(words.next())
    encap, via = _encap(words), words.after("via")
    device = words.after("dev")
    table, metric, mtu = _MAIN, _METRIC[prefix.version], None
    hops: list[NextHop] = []
    while words:
        if words.take("proto"):
            words.next()
        elif (number := words.number_after("table")) is not None:
            table = number
        elif (number := words.number_after("metric")) is not None:
            metric = number
        elif words.take("mtu", "lock"):
            mtu = int(words.next())
        elif words.take("nexthop"):
            hops.append(_next_hop(words))
        else:
            break
    address = None if via is None else IPv6Address(via)
    return Route(prefix, table, metric, device, encap, tuple(hops), blackhole, mtu, address, local)


def _next_hop(words: _Words) -> NextHop:
    encap = _encap(words)
    if words.take("via"):
        words.take("inet6")
        via = IPv6Address(words.next())
    else:
        via = None
    device, weight = words.after("dev"), words.number_after("weight")
    if not isinstance(encap, Seg6) or device is None or weight is None:
        raise ValueError("a next hop has encap seg6, dev and weight")
    return NextHop(encap, weight, device, via)


def _encap(words: _Words) -> Seg6 | Seg6Local | None:
    if words.take("encap", "seg6", "mode"):
        mode = words.next()
        return Seg6(_segments(words), mode)
    if words.take("encap", "seg6local", "action"):
        return _local(words.next(), words)
    return None


def _local(action: str, words: _Words) -> Seg6Local:
    next_hop, table = words.after("nh6"), words.after("table")
    vrf_table = words.number_after("vrftable")
    segments = _segments(words) if words.take("srh") else ()
    flavors = words.after("flavors")
    block, node_function = words.number_after("lblen"), words.number_after("nflen")
    return Seg6Local(
        action, None if next_hop is None else IPv6Address(next_hop),
        None if table is None else _MAIN if table == "main" else int(table), vrf_table, segments,
        frozenset(flavors.split(",")) if flavors else frozenset(), block, node_function,
    )  # fmt: skip


def _segments(words: _Words) -> tuple[IPv6Address, ...]:
    if not words.take("segs"):
        raise ValueError("no segs")
    return tuple(IPv6Address(one) for one in words.next().split(","))
