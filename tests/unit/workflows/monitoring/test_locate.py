"""From windows of a campaign on a topology to the link that is slow."""

from __future__ import annotations

import pytest
from alarmed_store import PAIRS, windows
from small_topologies import line
from watched_windows import MINUTE_NS, one_way, window

from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.model.monitoring.alarm import Way
from netkit.model.units import NS_PER_S
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.changes.compare import FlowKey
from netkit.monitor.locate.evidence import Quantity
from netkit.store.windows.store import open_store
from netkit.workflows.monitoring.locate import flow_routes, located, usual_spans_ns
from netkit.workflows.monitoring.mesh import MeshReader, floors

NAMES = "abcd"


def campaign(unplaced: str = "") -> FieldCampaign:
    sites = tuple(
        Site(name, (f"{name}.example",), None if name == unplaced else name) for name in NAMES
    )
    flows = tuple(CampaignFlow("main", src, dst, 1_000_000_000) for src, dst in PAIRS)
    return FieldCampaign("watch", sites, flows)


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


@pytest.mark.parametrize(
    ("round_minutes", "every", "over", "against"),
    [(None, 1, 5, 60), (5, 5, 10, 60), (30, 30, 60, 210), (30, 1, 5, 60)],
)
def test_what_is_judged_and_the_baseline_are_as_long_as_rounds_ask(
    tmp_path, round_minutes, every, over, against
) -> None:
    """The last are windows of an agent, which has one in each minute."""
    rounds = FieldCampaign(
        "watch", (), (CampaignFlow("main", "a", "b", NS_PER_S // 10),),
        round_ns=None if round_minutes is None else round_minutes * MINUTE_NS,
    )  # fmt: skip
    with open_store(f"sqlite:///{tmp_path / 'w.sqlite'}") as store:
        store.add([
            window(minute, one_way(10_000_000), one_way(10_000_000))
            for minute in range(0, 120, every)
        ])  # fmt: skip
        reader = MeshReader(store, "watch", floors(None, None), Expected.of(rounds))
        found = usual_spans_ns(reader, 120 * MINUTE_NS)
    assert found == (over * MINUTE_NS, against * MINUTE_NS)
