"""A flow of 1,000 packets a second goes on while its policy is replaced, split, unsplit, and moved
to its backup: no packet is lost."""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from examples import enough
from lossless_flow import Flow, opened
from netns_net import Net, net
from square import CUSTOMER, FAR, single, split, square, through

from netkit.apply.objects import PassPair, Route, Rule, Seg6Local, SidDevice, TunnelSource
from netkit.apply.place import Place
from netkit.apply.router import apply
from netkit.emit.linux.words import (
    PASS_IN,
    PASS_IN_MAC,
    PASS_OUT,
    PASS_OUT_ADDRESS,
    PASS_OUT_MAC,
)

pytestmark = pytest.mark.netns


def state(primary: Route | None, backup: int | None = None) -> tuple:
    routes = [] if primary is None else [primary]
    if backup is not None:
        routes.append(Route(FAR, 100, 200, "sr0", through(backup)))
    return (
        SidDevice("sr0"), TunnelSource(IPv6Address("5f00:0:3::1")), Rule("cust0", 100, 100),
        Route(IPv6Network("5f00:0:3:1::/64"), 254, 1024, "sr0", Seg6Local("End")), *routes,
    )  # fmt: skip


def flow_of(made: Net) -> Flow:
    with made.entered("host"):
        sender = opened()
    with made.entered("far"):
        return Flow(sender, opened(CUSTOMER))


PAIR = PassPair(PASS_IN, PASS_OUT, PASS_IN_MAC, PASS_OUT_MAC, IPv6Address(PASS_OUT_ADDRESS), 65535)
AHEAD = (
    PAIR, Rule("cust0", 99, 99), Rule(PASS_OUT, 100, 100),
    Route(FAR, 99, 1024, PASS_IN, mtu=1400, via=PAIR.address),
)  # fmt: skip
"""Where the largest packet of a policy is known."""

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
    ("through a pair", (*state(single(1), backup=2), *AHEAD)),
    ("and not any more", state(single(1), backup=2)),
]


def test_nothing_is_lost_by_any_change_of_a_policy(tmp_path):
    with net() as made:
        square(made)
        place = Place(tmp_path, made.name("h"))
        apply(place, "h", state(single(1), backup=2))
        flow = flow_of(made)
        rounds = enough(1, 3)
        for _ in range(rounds):
            for _, wanted in STEPS:
                flow.after(60)
                assert apply(place, "h", wanted)
        flow.after(60)
        assert flow.lost() == 0
        assert flow.sent > len(STEPS) * rounds * 60


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
