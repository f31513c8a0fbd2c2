from dataclasses import replace

import pytest
from goldens import ROOT

from netkit.api import Demand, PlanOptions, load_topology, plan
from netkit.emit.desired.states import desired_states
from netkit.model.network.elements import Node, Role
from netkit.planner.reaction.danger import tightened_us
from netkit.planner.reaction.upkeep import Upkeep

THERE, OTHER = ("hangzhou", "wuhu-dc"), ("suzhou", "hefei")
CABLE = "old-cable"


@pytest.fixture(scope="module")
def region():
    return load_topology(ROOT / "topologies" / "lab-region.yaml")


def crept(topology, by_us, name=CABLE):
    links = tuple(
        replace(one, delay_ab_us=one.delay_ab_us + by_us, delay_ba_us=one.delay_ba_us + by_us)
        if one.id == name
        else one
        for one in topology.links
    )
    return replace(topology, links=links)


def test_danger_begins_where_the_margin_ends(region):
    answers = plan(region, [THERE, OTHER])
    held = answers.pair[THERE].primary.certificate.guaranteed_us
    room_us = tightened_us(5_000, 5) - held
    assert not Upkeep().in_danger(answers, crept(region, room_us))
    (one,) = Upkeep().in_danger(answers, crept(region, room_us + 1))
    assert (one.pair, one.planned_us, one.guaranteed_us) == (THERE, held, held + room_us + 1)
    assert not one.broken
    (one,) = Upkeep().in_danger(answers, crept(region, 5_001 - held))
    assert one.broken


def test_lists_are_followed_onto_a_network_with_one_router_more(region):
    answers, upkeep = plan(region, [THERE, OTHER]), Upkeep()
    assert not upkeep.in_danger(answers, region)
    new = Node("new", Role.CITY, 999)
    grown = replace(crept(region, 900), nodes=(new, *region.nodes))
    (one,) = upkeep.in_danger(answers, grown)
    assert [one] == list(Upkeep().in_danger(answers, grown))


def test_a_plan_that_was_tight_from_the_first_is_in_no_danger(region):
    tight = plan(region, [Demand(*THERE, 4_200)])
    assert tight.pairs[0].primary.certificate.guaranteed_us > tightened_us(4_200, 5)
    assert not Upkeep().in_danger(tight, region)


def test_a_new_list_is_of_the_same_policy_and_the_rest_stays(region):
    answers, measured = plan(region, [THERE, OTHER]), crept(region, 900)
    found = Upkeep().replanned(answers, measured, [THERE])
    assert found.changed == (THERE,)
    before, after = (desired_states(measured, one)["hangzhou"] for one in (answers, found.plan))
    assert [one.color for one in before.policies] == [one.color for one in after.policies]
    assert found.plan.pair[OTHER] is answers.pair[OTHER]


def test_demands_between_the_same_ends_keep_a_policy_each(region):
    """One of them has the bound barely, the other with its margin: neither has the other's list."""
    barely = plan(crept(region, 900), [THERE]).pairs[0].primary.certificate.guaranteed_us + 50
    answers = plan(region, [Demand(*THERE, barely), OTHER, Demand(*THERE, 20_000)])
    found = Upkeep().replanned(answers, crept(region, 900), [THERE])
    assert [one.demand for one in found.plan.pairs] == [one.demand for one in answers.pairs]
    assert all(one.primary is not None for one in found.plan.pairs)
    before, after = (desired_states(region, one)["hangzhou"] for one in (answers, found.plan))
    assert [one.color for one in before.policies] == [one.color for one in after.policies]
    assert found.changed in ((), (THERE,))


def test_what_cannot_have_the_margin_has_the_bound(region):
    """The lateral, the only other way, then takes just over what would leave the margin."""
    answers = plan(region, [THERE])
    slow = crept(crept(region, 900), 5_000, "shanghai~hangzhou")
    slow = crept(slow, 4_900 - region.link["lateral"].delay_ab_us, "lateral")
    found = Upkeep().replanned(answers, slow, [THERE])
    assert found.changed == (THERE,)
    assert 4_750 < found.plan.pairs[0].primary.certificate.guaranteed_us <= 5_000


def test_demands_that_share_bandwidth_are_planned_together(region):
    demands = [Demand(*pair, 5_000, bandwidth_bps=10**9) for pair in (THERE, OTHER)]
    answers, measured = plan(region, demands), crept(region, 900)
    found = Upkeep(PlanOptions()).replanned(answers, measured, [THERE])
    assert THERE in found.changed
    assert found.plan.pair[THERE].demand == demands[0]
    assert [one.demand for one in found.plan.pairs] == demands
