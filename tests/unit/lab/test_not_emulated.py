"""What the file states and a lab does not do is named."""

from dataclasses import replace

from lab_topologies import chain, two_sides

from netkit.lab.blueprint import draw
from netkit.lab.delay.choice import BackendName
from netkit.lab.kernel.router_setup import CORE_MTU, MOST_MTU, cable_mtu
from netkit.lab.not_emulated import not_emulated


def of(**stated):
    topology = chain(100)
    return draw(replace(topology, links=(replace(topology.links[0], **stated),)), ())


def test_nothing_stated_is_nothing_to_say():
    assert not_emulated(of(), BackendName.WIRE) == []
    assert not_emulated(of(loss_ab_ppb=0, jitter_ba_us=0), BackendName.WIRE) == []


def test_losses_jitter_and_capacity_are_named():
    said = not_emulated(of(loss_ba_ppb=10, jitter_ab_us=3, capacity_bps=10), BackendName.WIRE)
    assert [one.partition(" of ")[0] for one in said] == [
        "loss_percent", "jitter_us", "capacity_gbps",
    ]  # fmt: skip
    assert all("l0" in one for one in said)


def test_legs_of_exchange_centres_are_named_by_fabric_and_member():
    topology = two_sides()
    fabric = topology.fabrics[0]
    members = (replace(fabric.members[0], jitter_us=4), *fabric.members[1:])
    shaky = replace(topology, fabrics=(replace(fabric, members=members),))
    assert not_emulated(draw(shaky, ()), BackendName.WIRE) == [
        "jitter_us of ix:w2: delays do not vary"
    ]


def test_an_mtu_is_that_of_both_ends_up_to_what_the_wire_reads():
    assert [cable_mtu(of(mtu_bytes=mtu).cables[0]) for mtu in (None, 1400, 9000, 10000)] == [
        CORE_MTU, 1400, 9000, MOST_MTU,
    ]  # fmt: skip
    assert "mtu_bytes of l0" in not_emulated(of(mtu_bytes=10_000), BackendName.WIRE)[0]
    assert not_emulated(of(mtu_bytes=1400), BackendName.WIRE) == []
