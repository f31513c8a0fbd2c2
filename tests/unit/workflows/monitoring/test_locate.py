"""From windows of a campaign on a topology to the link that is slow."""

from __future__ import annotations

import itertools

from small_topologies import line
from watched_windows import one_way, window

from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.model.measurement.window import Window
from netkit.model.monitoring.alarm import Way
from netkit.monitor.changes.compare import FlowKey
from netkit.monitor.locate.evidence import Quantity
from netkit.workflows.monitoring.locate import flow_routes, located

NAMES = "abcd"
PAIRS = list(itertools.combinations(NAMES, 2))


def campaign(unplaced: str = "") -> FieldCampaign:
    sites = tuple(
        Site(name, (f"{name}.example",), None if name == unplaced else name) for name in NAMES
    )
    flows = tuple(CampaignFlow("main", src, dst, 1_000_000_000) for src, dst in PAIRS)
    return FieldCampaign("watch", sites, flows)


def windows(first: int, last: int, slow_ns: int = 0) -> list[Window]:
    """``slow_ns`` is what b to c takes longer, in that direction."""
    return [
        window(
            minute,
            one_way(10_000_000 + (slow_ns if src <= "b" < "c" <= dst else 0)),
            one_way(10_000_000),
            src=src,
            dst=dst,
        )
        for minute in range(first, last)
        for src, dst in PAIRS
    ]


def test_a_slow_link_in_one_direction_is_named() -> None:
    routes = flow_routes(campaign(), line(1000, 1000, 1000))
    (delay, jitter) = located(
        routes, windows(0, 20), windows(20, 25, 3_000_000), (Quantity.DELAY, Quantity.JITTER)
    )
    assert delay.location.explanations[0].faults == ((("b-c", "b"),),)
    assert len(delay.location.changed) == 4
    assert jitter.location.changed == ()
    assert delay.unrouted == ()


def test_flows_of_sites_that_stand_for_no_node_are_told() -> None:
    routes = flow_routes(campaign(unplaced="d"), line(1000, 1000, 1000))
    assert (FlowKey("a", "b", "main"), Way.ROUND_TRIP) in routes
    (found,) = located(routes, windows(0, 20), windows(20, 25), (Quantity.DELAY,))
    assert [one.src + one.dst for one in found.unrouted] == ["ad", "bd", "cd"]


def test_a_flow_over_a_list_is_laid_on_the_links_of_the_list() -> None:
    flow = CampaignFlow("main", "a", "d", 1_000_000_000, segments=("d", "b"))
    sites = tuple(Site(name, (f"{name}.example",), name) for name in NAMES)
    routes = flow_routes(FieldCampaign("watch", sites, (flow,)), line(1000, 1000, 1000))
    forward = routes[FlowKey("a", "d", "main"), Way.FORWARD]
    assert forward.arcs == {
        ("a-b", "a"), ("b-c", "b"), ("c-d", "c"), ("c-d", "d"), ("b-c", "c"),
    }  # fmt: skip
