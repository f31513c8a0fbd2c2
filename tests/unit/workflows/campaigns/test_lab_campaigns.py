"""What the lab takes of a campaign file: a campaign a measurement, in terms of nodes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

from netkit.errors import InputError
from netkit.model.measurement.host_clock import HostClock
from netkit.model.planning.tier import Scope
from netkit.workflows.campaigns.lab_campaign import Campaign, clocks_of, load_campaigns

METRO = ROOT / "topologies" / "lab-metro.yaml"
HEAD = f"name: metro\ntopology: {METRO}\n"


def loaded(tmp_path: Path, text: str) -> tuple[Campaign, ...]:
    path = tmp_path / "metro.yaml"
    path.write_text(text)
    return load_campaigns([path])


def test_nodes_are_sites_unless_sites_are_listed(tmp_path: Path) -> None:
    (found,) = loaded(tmp_path, HEAD + "measure:\n  - star: {centre: xidan, sites: all}\n")
    assert (found.name, found.title) == ("metro", "metro")
    assert found.pairs == tuple(
        ("xidan", other) for other in ("haidian", "changping", "tongzhou", "yizhuang-dc")
    )
    sites = "sites:\n  - {name: a, node: xidan}\n  - {name: b, node: haidian}\n"
    (found,) = loaded(tmp_path, HEAD + sites + "measure: [{mesh: all}]\n")
    assert found.pairs == (("xidan", "haidian"),)


def test_each_measurement_is_probed_its_own_way_and_each_pair_once(tmp_path: Path) -> None:
    text = HEAD + (
        "count: 7\nseed: 3\nmeasure:\n"
        "  - pairs: [{src: xidan, dst: haidian}]\n    count: 50\n    scope: region\n"
        "  - star: {centre: xidan, sites: [haidian, tongzhou]}\n    name: slow\n"
        "    interval_ms: 500\n    request_bytes: 1400\n"
        "  - pairs: [{src: xidan, dst: tongzhou}]\n    name: again\n"
    )
    first, second = loaded(tmp_path, text)
    assert (first.pairs, first.count, first.scope) == ((("xidan", "haidian"),), 50, Scope.REGION)
    assert (second.pairs, second.count, second.scope) == ((("xidan", "tongzhou"),), 7, None)
    assert (second.interval_ms, second.request_bytes, second.seed) == (500, 1400, 3)
    assert second.title == "metro, slow"
    assert [line for _, line in second.located] == [9]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nsites: [{name: a}, {name: b}]\nmeasure: [{mesh: all}]\n",
         "the lab emulates a topology; expected topology: a file"),
        (HEAD + "sites: [{name: a, node: xidan}, {name: b}]\nmeasure: [{mesh: all}]\n",
         "4: in the lab a site is a node of the topology: b; expected a site with node:"),
        (HEAD + "sites: [{name: a, node: xidan}, {name: b, node: xidan}]\nmeasure: [{mesh: all}]\n",
         "metro.yaml:4: a and b are one node: xidan"),
    ],
)  # fmt: skip
def test_what_the_lab_cannot_run(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, text)
    assert said in str(caught.value)


CLOCKS = (
    "sites:\n  - {name: a, node: xidan, clock: {offset_ms: 350}}\n"
    "  - {name: b, node: haidian, clock: free_running}\n"
    "  - {name: c, node: tongzhou, clock: {drift_ppm: 1}}\n"
)


def test_clocks_are_those_of_the_nodes_that_are_measured(tmp_path: Path) -> None:
    (found,) = loaded(tmp_path, HEAD + CLOCKS + "measure: [{pairs: [{src: a, dst: b}]}]\n")
    assert found.clocks == {"xidan": HostClock(350_000_000)}
    assert clocks_of([found, replace(found, name="other")]) == found.clocks
    assert found.unheeded == ()


def test_a_node_has_one_clock(tmp_path: Path) -> None:
    sites = CLOCKS + "  - {name: d, node: xidan, clock: {offset_ms: 351}}\n"
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, HEAD + sites + "measure: [{mesh: [a, b]}]\n")
    assert "metro.yaml:7: a and d are one node with two clocks: xidan" in str(caught.value)
    (found,) = loaded(tmp_path, HEAD + CLOCKS + "measure: [{mesh: [a, b]}]\n")
    with pytest.raises(InputError, match="a campaign before gives this node another clock: xidan"):
        clocks_of([found, replace(found, clocks={"xidan": HostClock()})])


def test_what_the_lab_does_not_do_is_named(tmp_path: Path) -> None:
    text = HEAD + (
        "dscp: 46\nbudget: {site_pps: 9}\nmeasure:\n"
        "  - pairs: [{src: xidan, dst: haidian}]\n    spacing: poisson\n"
        "  - pairs: [{src: xidan, dst: tongzhou}]\n    dscp: 0\n    name: plain\n"
        "    return_path: ['fcbb::1']\n"
    )
    first, second = loaded(tmp_path, text)
    assert first.unheeded == ("budget", "spacing", "dscp")
    assert second.unheeded == ("budget", "return_path")
    (usual,) = loaded(tmp_path, HEAD + "measure: [{mesh: [xidan, haidian]}]\n")
    assert usual.unheeded == ()


def test_lab_run_says_it(tmp_path: Path) -> None:
    text = "dscp: 46\nmeasure: [{pairs: [{src: xidan, dst: haidian}]}]\n"
    path = tmp_path / "metro.yaml"
    path.write_text(HEAD + text)
    done = netkit("lab", "run", path, "--no-lab", "--out", tmp_path / "out")
    assert "netkit: metro: not done in the lab: dscp\n" in done.stderr
