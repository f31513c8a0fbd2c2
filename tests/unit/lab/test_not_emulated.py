"""What the file states and a lab does not do is named."""

from dataclasses import replace

from lab_topologies import chain

from netkit.lab.blueprint import draw
from netkit.lab.drills.calm import calm
from netkit.lab.kernel.router_setup import CORE_MTU, MOST_MTU, cable_mtu
from netkit.lab.not_emulated import left_out, not_emulated


def of(**stated):
    topology = chain(100)
    return draw(replace(topology, links=(replace(topology.links[0], **stated),)), ())


def test_what_is_emulated_is_nothing_to_say():
    stated = {"loss_ab_ppb": 10, "jitter_ba_us": 3, "capacity_bps": 10, "mtu_bytes": 1400}
    assert not_emulated(of(**stated)) == []


def test_an_mtu_is_that_of_both_ends_up_to_what_the_wire_reads():
    assert [cable_mtu(of(mtu_bytes=mtu).cables[0]) for mtu in (None, 1400, 9000, 10000)] == [
        CORE_MTU, 1400, 9000, MOST_MTU,
    ]  # fmt: skip
    assert "mtu_bytes of l0" in not_emulated(of(mtu_bytes=10_000))[0]


def test_ports_of_a_broadcast_network_are_shared_and_cables_are_not():
    topology = chain(100, 100)

    def said(**stated):
        links = tuple(replace(link, **stated) for link in topology.links)
        return not_emulated(draw(replace(topology, links=links), ()))

    (sentence,) = said(lan="ix", capacity_bps=10**9)
    assert sentence.startswith("capacity of the broadcast networks ix: ")
    assert said(lan="ix") == said(capacity_bps=10**9) == []
    two = (replace(topology.links[0], lan="ix", capacity_bps=10**9), topology.links[1])
    assert not_emulated(draw(replace(topology, links=two), ())) == []


def test_what_drills_leave_out_is_named_by_kind_and_link():
    topology = chain(100, 100)
    one = replace(topology.links[0], loss_ba_ppb=10, capacity_bps=10**9, loss_ab_ppb=0)
    stated = replace(topology, links=(one, replace(topology.links[1], capacity_bps=10**6)))
    assert left_out(stated) == [
        "loss_percent of l0: left out of drills", "capacity of l0, l1: left out of drills",
    ]  # fmt: skip
    assert left_out(calm(stated)) == left_out(topology) == []
