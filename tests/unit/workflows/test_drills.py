"""Drilling again, with more time, where a phase had no probe."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from goldens import ROOT

from netkit.errors import InputError
from netkit.model.verdict import Verdict
from netkit.workflows.drills.run import load_drill, plan_drill, until_tested, with_more_time


def test_with_more_time_events_are_twice_as_far_apart_and_reactions_as_quick() -> None:
    scenario, _ = load_drill("region/flapping-link")
    longer = with_more_time(scenario)
    assert longer.length_s == 2 * scenario.length_s
    assert [one.at_s for one in longer.events] == [2 * one.at_s for one in scenario.events]
    assert [one.strike for one in longer.events] == [one.strike for one in scenario.events]
    assert longer.reaction == scenario.reaction


@pytest.mark.parametrize(
    ("untested", "times"),
    [
        ([()], [1]),
        ([("a phase",), ()], [1, 2]),
        ([("a phase",)] * 2 + [()], [1, 2, 4]),
        ([("a phase",)] * 3, [1, 2, 4]),
    ],
)
def test_a_drill_of_which_a_phase_had_no_probe_is_repeated_for_longer(untested, times) -> None:
    scenario, _ = load_drill("region/micro-loop")
    results = [SimpleNamespace(untested=one, verdict=Verdict.UNKNOWN) for one in untested]
    left, lengths_s = list(results), []

    def run(one):
        lengths_s.append(one.length_s)
        return left.pop(0)

    assert until_tested(run, scenario, lambda: None) is results[-1]
    assert lengths_s == [scenario.length_s * factor for factor in times]


def test_a_contradiction_is_not_drilled_away_and_each_repetition_waits_for_the_igp() -> None:
    scenario, _ = load_drill("region/micro-loop")
    unknown = SimpleNamespace(untested=("a phase",), verdict=Verdict.UNKNOWN)
    wrong = SimpleNamespace(untested=("a phase",), verdict=Verdict.BREACH)
    left, done = [unknown, wrong], []

    def run(_):
        done.append("drill")
        return left.pop(0)

    assert until_tested(run, scenario, lambda: done.append("settle")) is wrong
    assert done == ["drill", "settle", "drill"]


def test_nodes_that_there_are_not_are_said_with_their_lines(tmp_path) -> None:
    file = tmp_path / "one.yaml"
    text = (ROOT / "drills" / "region" / "micro-loop.yaml").read_text()
    pairs = "pairs:\n  - {src: nanjng, dst: hefei}\n  - {src: hefei, dst: nowhere}\n"
    file.write_text(re.sub(r"pairs:\n(  .*\n)+", pairs, text))
    scenario, topology = load_drill(file, ROOT / "topologies" / "lab-region.yaml")
    with pytest.raises(InputError) as caught:
        plan_drill(scenario, topology)
    first = text.partition("pairs:")[0].count("\n") + 2
    assert [(one.line, one.value) for one in caught.value.problems] == [
        (first, "nanjng"), (first + 1, "nowhere"),
    ]  # fmt: skip
    assert "Did you mean 'nanjing'?" in str(caught.value)
    assert {one.file for one in caught.value.problems} == {str(file)}


def test_a_topology_that_is_not_there_is_said_where_the_drill_names_it(tmp_path) -> None:
    drill = tmp_path / "mine.yaml"
    (tmp_path / "net.yaml").write_text("netkit: topology/1\nname: x\n", encoding="utf-8")
    drill.write_text(
        "netkit: drill/1\nname: x\ntopology: nets.yaml\npairs:\n  - {src: a, dst: b}\n"
        "length_s: 3\nevents:\n  - {at_s: 1, cut: {links: [a~b]}, for_s: 1}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_drill(str(drill))
    told = str(caught.value)
    assert told.startswith(f"{drill}:3: topology: cannot read the file: No such file")
    assert f"Did you mean {tmp_path / 'net.yaml'}?" in told
    drill.write_text(drill.read_text(encoding="utf-8").replace("nets.yaml", "net.yaml"))
    with pytest.raises(InputError, match=r"net\.yaml:\d"):
        load_drill(str(drill))
