"""When routers forward anew after a cut."""

from lab_topologies import chain

from netkit.lab.igp.flooding import FloodingTimers, left_of, moments_ms, without
from netkit.planner.network.igp import routing_tables

TIMERS = FloodingTimers(detect_ms=50, flood_ms=10, spf_ms=5, fib_ms=1)


def test_news_spreads_from_both_ends_over_links_that_are_whole():
    topology = chain(1000, 2000, 3000)
    assert moments_ms(topology, {"l1"}, {"l1"}, TIMERS) == {
        "r1": 56, "r2": 56, "r0": 56 + 10 + 1, "r3": 56 + 10 + 3,
    }  # fmt: skip


def test_a_router_that_no_news_reaches_keeps_its_routes():
    topology = chain(1000, 2000, 3000)
    assert "r0" not in moments_ms(topology, {"l0", "l2"}, {"l2"}, TIMERS)


def test_of_what_is_down_only_links_count():
    assert without(chain(1000), {"l0", "ix", "ix:r0"}) == {"l0"}


def test_what_is_left_keeps_ports_and_addresses():
    topology = chain(1000, 2000)
    left = left_of(topology, {"l0"})
    assert left.interfaces == topology.interfaces
    assert left.subnet == topology.subnet
    assert ("r0", 0) not in routing_tables(left)["r2"]
    assert ("r1", 0) in routing_tables(left)["r2"]
