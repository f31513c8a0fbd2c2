"""Random things of a kernel, and a world of them that refuses, lies or dies where it is told to."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Address, IPv6Network

from hypothesis import strategies as st

from netkit.apply.changes import Change
from netkit.apply.objects import (
    EdgeTable,
    NextHop,
    Route,
    Rule,
    Seg6,
    Seg6Local,
    SidDevice,
    TunnelSource,
)
from netkit.errors import ApplyError

SIDS = st.integers(1, 0xFFFF).map(lambda node: IPv6Address(0x5F00 << 112 | node << 80 | 1 << 64))
LISTS = st.lists(SIDS, min_size=1, max_size=5).map(tuple)
SEG6 = st.builds(Seg6, LISTS)
HOPS = st.builds(NextHop, SEG6, st.integers(1, 256), st.just("sr0"),
                 st.just(IPv6Address("fe80::1")))  # fmt: skip
LOCAL = st.one_of(
    st.just(Seg6Local("End")),
    st.builds(lambda hop: Seg6Local("End.X", next_hop=hop), SIDS),
    st.builds(lambda table: Seg6Local("End.DT6", table=table), st.sampled_from([100, 254])),
    st.builds(lambda pushed: Seg6Local("End.B6.Encaps", segments=pushed), LISTS),
    st.just(
        Seg6Local("End", flavors=frozenset({"next-csid"}), block_bits=32, node_function_bits=16)
    ),
)
MTUS = st.none() | st.integers(1280, 9000)


@st.composite
def routes(draw):
    """A SID, a locator, or a policy, of one next hop or of several."""
    kind = draw(st.sampled_from(["sid", "locator", "policy", "shares"]))
    number = draw(st.integers(0, 12))
    if kind == "sid":
        prefix = IPv6Network((0x5F00 << 112 | 1 << 80 | number << 64, 64))
        return Route(prefix, 254, 1024, "sr0", draw(LOCAL))
    if kind == "locator":
        return Route(IPv6Network((0x5F00 << 112 | number << 80, 48)), 254, 4096, blackhole=True)
    version6 = draw(st.booleans())
    prefix = (
        IPv6Network((0x20010DB8 << 96 | number << 80, 48)) if version6
        else IPv4Network((10 << 24 | number << 8, 24))
    )  # fmt: skip
    metric = draw(st.sampled_from([100, 200]))
    if kind == "policy":
        return Route(prefix, 100, metric, "sr0", draw(SEG6), mtu=draw(MTUS))
    hops = draw(st.lists(HOPS, min_size=2, max_size=4, unique_by=lambda hop: hop.encap.segments))
    return Route(prefix, 100, metric, next_hops=tuple(hops), mtu=draw(MTUS))


@st.composite
def holdings(draw):
    """What a router may hold: each thing once, and always the device that the rest is on."""
    found = draw(st.lists(routes(), max_size=12, unique_by=lambda one: one.key))
    if draw(st.booleans()):
        found.append(Rule("cust0", 100, 100))
    if draw(st.booleans()):
        found.append(TunnelSource(draw(SIDS)))
    if draw(st.booleans()):
        found.append(EdgeTable(("chain prerouting {", draw(st.sampled_from(["a", "b"])))))
    return (SidDevice("sr0"), *found) if found or draw(st.booleans()) else ()


class DictWorld:
    """Things by key. The ``fault`` happens at request number ``at``: it is refused, taken but kept
    as something else, or the process dies before or after it (``Died``)."""

    def __init__(self, held, fault=None, at=0):
        self.things = {one.key: one for one in held}
        self.fault, self.at, self.requests = fault, at, 0

    def held(self, keys):
        return {key: self.things[key] for key in keys if key in self.things}

    def make(self, change: Change) -> None:
        here = self.requests == self.at
        self.requests += 1
        if here and self.fault == "refused":
            raise ApplyError("refused")
        if here and self.fault == "dies before":
            raise Died
        assert self.things.get(change.key) == change.before
        self.things.pop(change.key, None)
        if change.after is not None and not (here and self.fault == "not kept"):
            self.things[change.key] = change.after
        if here and self.fault == "dies after":
            raise Died

    def settle(self, wanted) -> None:
        """Everything is in force at once."""


class Died(BaseException):
    """Stands for ``kill -9``: nothing that catches Exception sees it."""
