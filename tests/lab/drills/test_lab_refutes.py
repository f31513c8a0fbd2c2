"""A plan that rests on a file that is wrong is refuted by packets, with the reason and the link."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from lab_topologies import igp_routes, needs_root

from netkit.lab.drills.calm import calm
from netkit.lab.drills.preparation import prepare
from netkit.lab.drills.run import run_drill
from netkit.lab.igp.static import StaticIgp
from netkit.lab.lab import Lab
from netkit.lab.plant import NFT
from netkit.model.drills.result import Contradiction
from netkit.model.drills.scenario import Ailment, DrillPhase, Event, Reaction, Strike
from netkit.model.verdict import Verdict
from netkit.workflows.drills.run import load_drill, plan_drill
from netkit.workflows.emit import router_configs

pytestmark = [pytest.mark.lab, needs_root]

SCENARIO, LOADED = load_drill("region/srlg-huning")
TRUE = calm(LOADED)
ENDS = SCENARIO.pairs[0]
DEAF = """table ip6 thief {
  chain forward {
    type filter hook forward priority 0; policy accept;
    oifname "cust0" drop
  }
}
"""
SLOWER, STRAYED, LOST = Contradiction.SLOWER, Contradiction.STRAYED, Contradiction.LOST


def with_link(topology, id_, **fields):
    links = (replace(one, **fields) if one.id == id_ else one for one in topology.links)
    return replace(topology, links=tuple(links))


def told(stated, scenario, *, also_cut=(), steered_by=None, cut_takes_s=0.0, deaf=None):
    """Packets of the true network beside the plan and certificates of what a file states; headends
    steer by the plan of ``steered_by``, and a cut takes these links as well, and so long. From then
    on the router ``deaf`` passes nothing on to its customers."""
    plan = plan_drill(scenario, stated)
    prepared = prepare(stated, plan, scenario)
    emitted = plan if steered_by is None else plan_drill(scenario, steered_by)
    configs = router_configs(TRUE, emitted, sorted(ENDS))
    with Lab.boot(
        TRUE, igp_routes(TRUE), configs, hosts=ENDS, igp=StaticIgp(), backend="wire"
    ) as lab:
        cut = lab.cut

        def broken(ids):
            time.sleep(cut_takes_s)
            cut({*ids, *also_cut})
            if deaf is not None:
                lab.namespace(deaf).batch(NFT, DEAF)

        lab.cut = broken
        return run_drill(lab, plan, configs, scenario, prepared)


def repaired(stated, scenario, **how):
    """As ``told``; once more, for longer, where the machine was too late to show the repair."""
    for length_s in (scenario.length_s, 6, 30):
        result = told(stated, replace(scenario, length_s=length_s), **how)
        if DrillPhase.REPAIR not in {phase.phase for _, phase in result.untested}:
            break
    return result


def drilled(cut, repair_ms=None, length_s=1.4):
    """One cut, short."""
    event = Event(0.7, Strike(links=(cut,)))
    reaction = Reaction(repair_ms, None, None, None)
    return replace(SCENARIO, events=(event,), reaction=reaction, length_s=length_s)


def seen(result, ends=ENDS):
    """What contradicts the plan in one direction, by phase."""
    way = next(one for one in result.directions if (one.src, one.dst) == ends)
    return {one.phase: one for one in way.phases if one.contradictions}


def test_a_file_that_is_true_is_not_refuted():
    result = repaired(TRUE, drilled("suzhou~nanjing", repair_ms=50))
    assert result.verdict is Verdict.PASS
    assert result.contradicted == ()


def test_a_phase_that_the_machine_was_too_late_for_is_not_borne_out():
    """The cut is over when the last probe has been: nothing is shown of the repair."""
    result = told(TRUE, drilled("suzhou~nanjing", repair_ms=50), cut_takes_s=5)
    assert result.verdict is Verdict.UNKNOWN
    assert {phase.phase for _, phase in result.untested} == {DrillPhase.REPAIR}


def test_a_wrong_igp_metric_is_refuted_by_where_packets_go():
    """The file has the old cable dear, so that the IGP's own way is planned: it is the cheapest."""
    stated = with_link(TRUE, "old-cable", metric_ab=100, metric_ba=100)
    result = told(stated, drilled("nanjing~hefei"))
    assert result.verdict is Verdict.BREACH
    found = seen(result)[DrillPhase.BEFORE]
    assert set(found.contradictions) == {SLOWER, STRAYED}
    assert found.stray_link in {"old-cable", "shanghai~hangzhou"}


def test_a_delay_larger_than_in_the_file_is_refuted_by_how_long_packets_take():
    stated = with_link(TRUE, "suzhou~nanjing", delay_ab_us=300, delay_ba_us=300)
    result = told(stated, drilled("nanjing~hefei"))
    found = seen(result)[DrillPhase.BEFORE]
    assert found.contradictions == (SLOWER,)
    true_us = TRUE.link["suzhou~nanjing"].delay_ab_us
    assert found.worst_us - found.certified.worst_us == pytest.approx(true_us - 300, abs=300)


def test_links_that_share_a_risk_the_file_does_not_state_are_refuted_by_what_is_lost():
    """The plan repairs over the old cable: one excavator takes both."""
    scenario = drilled("suzhou~nanjing", repair_ms=50)
    result = repaired(TRUE, scenario, also_cut=["old-cable"])
    found = seen(result)[DrillPhase.REPAIR]
    assert LOST in found.contradictions
    assert found.lost_on == "old-cable"


def test_an_egress_that_passes_nothing_on_while_a_repair_is_in_force_is_refuted():
    """Probes come to it, over certified links and in time, and no customer has them."""
    result = repaired(TRUE, drilled("suzhou~nanjing", repair_ms=50), deaf=ENDS[1])
    found = seen(result)[DrillPhase.REPAIR]
    assert (found.contradictions, found.lost_on) == ((LOST,), f"at {ENDS[1]}")
    assert result.verdict is Verdict.BREACH


def test_a_headend_that_steers_by_another_plan_is_refuted():
    """Emitted is a plan of a network in which the old cable takes no time."""
    other = with_link(TRUE, "old-cable", delay_ab_us=10, delay_ba_us=10)
    result = told(TRUE, drilled("nanjing~hefei"), steered_by=other)
    found = seen(result)[DrillPhase.BEFORE]
    assert set(found.contradictions) == {SLOWER, STRAYED}
    assert found.stray_link in {"old-cable", "shanghai~hangzhou", "qingpu-dc~shanghai"}


def test_what_a_slow_link_holds_beyond_the_timeout_to_the_end_is_not_lost():
    """Nobody restores it: the last probes are under way when their senders give them up."""
    path = plan_drill(SCENARIO, TRUE).pair[ENDS].primary.path
    slow = Event(0.7, Strike(links=(path.links[0],)), ailment=Ailment(delay_us=300_000))
    result = told(TRUE, replace(SCENARIO, events=(slow,), length_s=1.2))
    assert result.verdict is Verdict.PASS
    for way in result.directions:
        last = way.phases[-1]
        assert (last.phase, last.lost) == (DrillPhase.DEGRADED, 0)
