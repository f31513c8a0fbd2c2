"""A flow of 1,000 packets a second goes on while its policy is replaced, split, unsplit, and moved
to its backup: no packet is lost."""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from lossless_flow import Flow, opened
from netns_net import Net, net

from netkit.apply.objects import (
    NextHop,
    Route,
    Rule,
    Seg6,
    Seg6Local,
    SidDevice,
    TunnelSource,
)
from netkit.apply.router import Place, apply

pytestmark = pytest.mark.netns

FAR = IPv6Network("2001:db8:2::/48")
HOST, CUSTOMER = "2001:db8:1::2", "2001:db8:2::2"
SERVICE = IPv6Address("5f00:0:4:d046::")


def square(made: Net) -> None:
    """Headend h, routers a and b beside each other, far end z with a customer behind it."""
    for node in ("host", "h", "a", "b", "z", "far"):
        made.node(node)
    made.link(("host", "eth0", f"{HOST}/64"), ("h", "cust0", "2001:db8:1::1/64"))
    for number, middle in enumerate(("a", "b"), start=1):
        made.link(("h", f"to{middle}", f"fd5f:{number}::1/64"),
                  (middle, "toh", f"fd5f:{number}::2/64"))  # fmt: skip
        made.link((middle, "toz", f"fd5f:1{number}::1/64"), ("z", f"to{middle}",
                  f"fd5f:1{number}::2/64"))  # fmt: skip
        made.ip("h", "-6", "route", "add", f"5f00:0:{number}::/48", "via", f"fd5f:{number}::2")
        made.ip(middle, "-6", "route", "add", "5f00:0:4::/48", "via", f"fd5f:1{number}::2")
        made.end_sid(middle, f"5f00:0:{number}:1::/64")
    made.ip("host", "-6", "route", "add", "default", "via", "2001:db8:1::1")
    made.link(("z", "cust0", "2001:db8:2::1/64"), ("far", "eth0", f"{CUSTOMER}/64"))
    made.ip("z", "link", "add", "sr0", "type", "bridge")
    made.ip("z", "link", "set", "sr0", "up")
    made.ip("z", "-6", "route", "add", f"{SERVICE}/64", "encap", "seg6local", "action", "End.DT6",
            "table", "main", "dev", "sr0")  # fmt: skip


def through(*middles: int) -> Seg6:
    return Seg6((*(IPv6Address(0x5F00 << 112 | n << 80 | 1 << 64) for n in middles), SERVICE))


def state(primary: Route | None, backup: int | None = None) -> tuple:
    routes = [] if primary is None else [primary]
    if backup is not None:
        routes.append(Route(FAR, 100, 200, "sr0", through(backup)))
    return (
        SidDevice("sr0"), TunnelSource(IPv6Address("5f00:0:3::1")), Rule("cust0", 100, 100),
        Route(IPv6Network("5f00:0:3:1::/64"), 254, 1024, "sr0", Seg6Local("End")), *routes,
    )  # fmt: skip


def single(middle: int) -> Route:
    return Route(FAR, 100, 100, "sr0", through(middle))


def split(*weights: int) -> Route:
    hops = tuple(
        NextHop(through(middle), weight, "sr0", IPv6Address("fe80::1"))
        for middle, weight in enumerate(weights, start=1)
    )
    return Route(FAR, 100, 100, next_hops=hops)


def flow_of(made: Net) -> Flow:
    with made.entered("host"):
        sender = opened()
    with made.entered("far"):
        return Flow(sender, opened(CUSTOMER))


STEPS = [
    ("replaced", state(single(2), backup=1)),
    ("replaced again", state(single(1), backup=2)),
    ("split", state(split(3, 1), backup=2)),
    ("split otherwise", state(split(1, 1), backup=2)),
    ("unsplit", state(single(1), backup=2)),
    ("backup split", state(single(1), backup=1)),
    ("moved to its backup", state(None, backup=2)),
    ("moved back", state(single(1), backup=2)),
    ("with an MTU", state(replace(single(1), mtu=1400), backup=2)),
]


def test_nothing_is_lost_by_any_change_of_a_policy(tmp_path):
    with net() as made:
        square(made)
        place = Place(tmp_path, made.name("h"))
        apply(place, "h", state(single(1), backup=2))
        flow = flow_of(made)
        for _ in range(3):
            for _, wanted in STEPS:
                flow.after(60)
                assert apply(place, "h", wanted)
        flow.after(60)
        assert flow.lost() == 0
        assert flow.sent > len(STEPS) * 3 * 60


def test_a_route_taken_away_and_set_again_would_lose_packets(tmp_path):
    """The flow can lose: what applies by deleting first is caught by it."""
    with net() as made:
        square(made)
        place = Place(tmp_path, made.name("h"))
        apply(place, "h", state(single(1)))
        flow = flow_of(made)
        flow.after(60)
        apply(place, "h", state(None))
        flow.after(60)
        apply(place, "h", state(single(2)))
        flow.after(60)
        assert flow.lost() > 0
