"""What a site has to do by its campaigns, and everything that cannot be done, at once."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest

from netkit.errors import InputError
from netkit.model.measurement.campaign import CampaignFlow, ClockKind, FieldCampaign, Site
from netkit.probe.run.agent.plan import agent_plan, key_files
from netkit.wire.tlv import TlvType

S = 10**9
HERE, THERE = Site("a", ("2001:db8::1",)), Site("b", ("2001:db8::2", "192.0.2.2"), port=863)
FLOW = CampaignFlow("be", "a", "b", S // 10)
MESH = FieldCampaign("mesh", (HERE, THERE), (FLOW, replace(FLOW, src="b", dst="a")))


def test_a_site_sends_its_flows_and_answers_those_to_it():
    plan = agent_plan([MESH], "a")
    (flow,) = plan.flows
    assert tuple(flow.key) == ("mesh", "a", "b", "be")
    assert (flow.destination.addresses, flow.destination.port) == (THERE.addresses, 863)
    assert (plan.requests_per_s, plan.site) == (10, HERE)
    (answered,) = plan.answers
    (sent,) = agent_plan([MESH], "b").flows
    assert (answered.key, answered.ssid) == (sent.key, sent.ssid)
    assert (answered.addresses, answered.patience_ns) == (THERE.addresses, 2 * S + 3 * S // 10)
    assert plan.source_rate == 200  # never less, or ten probes by hand would be refused


def test_what_a_flow_asks_for_is_in_its_probes():
    segments = ("5f00::1", "5f00::2")
    flow = replace(FLOW, dscp=46, segments=segments, return_segments=segments)
    (made,) = agent_plan([replace(MESH, flows=(flow,))], "a").flows
    assert made.destination.segments == tuple(map(IPv6Address, segments))
    assert [tlv.type for tlv in made.tlvs] == [
        TlvType.CLASS_OF_SERVICE, TlvType.DESTINATION_NODE_ADDRESS, TlvType.RETURN_PATH,
    ]  # fmt: skip
    assert made.request_bytes > FLOW.request_bytes


def test_replies_may_take_the_ways_that_the_campaigns_ask_of_this_site_and_no_others():
    back, other = ("5f00::7", "5f00::8"), ("5f00::9",)
    flows = (replace(FLOW, return_segments=back), replace(FLOW, src="b", dst="a",
             return_segments=other))  # fmt: skip
    campaign = replace(MESH, flows=flows)
    assert agent_plan([campaign], "b").returns == tuple(IPv6Network(one) for one in back)
    assert agent_plan([campaign], "a").returns == (IPv6Network(other[0]),)
    assert agent_plan([MESH], "a").returns == ()


def test_an_agent_that_is_planned_again_has_the_same_flows():
    assert agent_plan([MESH], "a").flows == agent_plan([MESH], "a").flows
    slower = replace(MESH, flows=(replace(FLOW, interval_ns=S),))
    assert agent_plan([slower], "a").flows != agent_plan([MESH], "a").flows


def test_all_that_cannot_be_done_is_told_at_once():
    other = FieldCampaign(
        "mesh", (replace(HERE, port=900), replace(THERE, key_file="k")), (FLOW,), window_ns=7 * S
    )
    with pytest.raises(InputError) as refused:
        agent_plan([MESH, other], "a", {"k": bytes(16)})
    told = [problem.what for problem in refused.value.problems]
    assert told == [
        "campaigns of one name", "length of windows",
        "port of a site in several campaigns",
    ]  # fmt: skip


def test_a_site_needs_the_keys_of_its_peers_and_its_own_if_it_answers():
    sites = (
        replace(HERE, key_file="own"),
        replace(THERE, key_file="theirs"),
        Site("c", (), key_file="c"),
    )
    keyed = replace(MESH, sites=sites)
    assert key_files([keyed], "a", reflects=True) == ["own", "theirs"]
    assert key_files([keyed], "a", reflects=False) == ["theirs"]
    plan = agent_plan([keyed], "a", {"own": b"o" * 16, "theirs": b"t" * 16})
    assert (plan.hmac_key, plan.flows[0].destination.hmac_key) == (b"o" * 16, b"t" * 16)
    assert "ttt" not in repr(plan)
    assert "ooo" not in repr(plan)


def test_an_unknown_site_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="unknown site: bb; expected a site of mesh"):
        agent_plan([MESH], "bb")


def test_a_segment_list_needs_a_site_with_an_ipv6_address():
    far = replace(THERE, addresses=("192.0.2.2", "far.example"))
    campaign = replace(MESH, sites=(HERE, far), flows=(replace(FLOW, segments=("5f00::1",)),))
    with pytest.raises(InputError, match="segment list: to b"):
        agent_plan([campaign], "a")


def test_clocks_that_nobody_holds_are_told_of_both_ends():
    sites = (replace(HERE, clock=ClockKind.FREE_RUNNING), THERE)
    (flow,) = agent_plan([replace(MESH, sites=sites)], "a").flows
    assert flow.free_running == (True, False)
    (flow,) = agent_plan([replace(MESH, sites=sites)], "b").flows
    assert flow.free_running == (False, True)
