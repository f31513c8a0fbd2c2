from dataclasses import replace

import pytest
from goldens import ROOT

from netkit.files.native.topology import load_topology
from netkit.monitor.loop.link_delays import resolution
from netkit.monitor.loop.survey import smallest_survey


@pytest.fixture(scope="module")
def region():
    return load_topology(ROOT / "topologies" / "lab-region.yaml")


def test_with_a_probe_at_every_node_each_link_takes_one_session_and_is_told(region):
    survey = smallest_survey(region, set(region.node))
    assert len(survey.sessions) == len(region.all_links)
    assert survey.told.alone == set(region.adjacency)
    assert not survey.unseen


def test_a_link_behind_which_there_is_no_probe_is_not_seen(region):
    stub = next(name for name, arcs in region.adjacencies_from.items() if len(arcs) == 2)
    cut = region.adjacencies_from[stub][0].link_id
    stubby = replace(region, links=tuple(one for one in region.links if one.id != cut))
    survey = smallest_survey(stubby, set(stubby.node) - {stub})
    assert survey.unseen == {key for key in stubby.adjacency if stub in _ends(stubby, key)}


def test_a_router_without_a_probe_is_measured_through_and_said_to_be_told_in_sums(region):
    inner = next(name for name, arcs in region.adjacencies_from.items() if len(arcs) >= 3)
    survey = smallest_survey(region, set(region.node) - {inner})
    through = {key for key in region.adjacency if inner in _ends(region, key)} - survey.unseen
    assert through
    assert through == {key for group in survey.told.together for key in group}
    assert survey.told.alone == set(region.adjacency) - through - survey.unseen


def test_no_session_can_be_left_out(region):
    """Each adds an equation: without it less is told."""
    inner = next(name for name, arcs in region.adjacencies_from.items() if len(arcs) >= 3)
    survey = smallest_survey(region, set(region.node) - {inner})
    for out in survey.sessions:
        rest = [p for one in survey.sessions if one != out for p in (one.links, one.back)]
        assert resolution(rest) != survey.told


def test_sessions_go_there_and_back_between_probes(region):
    inner = next(name for name, arcs in region.adjacencies_from.items() if len(arcs) >= 3)
    probes = set(region.node) - {inner}
    for one in smallest_survey(region, probes).sessions:
        assert {one.src, one.dst} <= probes
        assert [link for link, _ in one.links] == [link for link, _ in reversed(one.back)]
        assert one.links[0][1] == one.src
        assert one.back[0][1] == one.dst


def test_one_probe_measures_nothing(region):
    survey = smallest_survey(region, {region.active_nodes[0].name})
    assert not survey.sessions
    assert survey.unseen == set(region.adjacency)


def _ends(topology, key):
    arc = topology.adjacency[key]
    return (arc.src, arc.dst)
