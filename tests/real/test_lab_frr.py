"""The lab with real IS-IS: the planner's IGP is that of FRR, and the importer reads back what was
booted."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from goldens import ROOT
from igp_islands import islands
from trees import TREES
from waiting import until

from benchmarks.lab_boots import boot_once
from netkit.api import load_topology
from netkit.lab.igp.frr.backend import FrrIgp
from netkit.lab.igp.frr.release import DAEMONS, INSTALLED, release_of
from netkit.lab.igp.tables import kernel_table, owners
from netkit.lab.lab import Lab
from netkit.model.drills.scenario import DrillPhase
from netkit.model.verdict import Verdict
from netkit.planner.network.igp import routing_tables
from netkit.workflows.boot import LabOptions
from netkit.workflows.drills.run import drill, load_drill
from netkit.workflows.labs.up import verify_igp

NETWORKS = {
    "region": lambda: load_topology(ROOT / "topologies" / "lab-region.yaml"),
    "metro": lambda: load_topology(ROOT / "topologies" / "lab-metro.yaml"),
    "two-operators": lambda: load_topology(ROOT / "topologies" / "lab-two-operators.yaml"),
    "20 random": lambda: islands(20, seed=13),
}


@pytest.mark.parametrize("version", ["8.4", "10.3"])
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("multi_topology", [False, True])
def test_every_table_is_the_planners_and_every_field_is_read_back(version, network, multi_topology):
    topology = NETWORKS[network]()
    igp = FrrIgp(release_of(version, TREES), multi_topology=multi_topology)
    routers = len(topology.active_nodes)
    with Lab.boot(topology, routing_tables(topology), igp=igp) as lab:
        assert igp.release.version.startswith(version)
        found = verify_igp(lab)
    for table in found["tables"].values():
        assert table["differences"] == []
        assert table["pairs"] == routers * (routers - 1)
    assert found["tables"]["zebra"]["with_distance"] > routers
    assert found["advertised_otherwise"] == []
    assert found["equal"]


def test_of_a_killed_lab_the_kernel_ends_every_daemon(monkeypatch):
    """Their first process ends with the owner, or by ``lab clean``; then the kernel ends all."""
    monkeypatch.setenv("NETKIT_ROOTS", str(TREES))
    found = boot_once(kill=True, version=version_here())
    assert (found["left_processes"], found["left_namespaces"]) == (0, 0)
    assert not list(Path("/run/frr").glob("r[0-9]*"))


def version_here() -> str:
    """The FRR that needs no root tree, where there is one."""
    return INSTALLED if (Path("/") / DAEMONS / "isisd").exists() else "8.4"


def test_a_cut_is_routed_around_and_the_repair_is_taken_back():
    topology = NETWORKS["region"]()
    igp = FrrIgp(release_of(version_here(), TREES))
    with Lab.boot(topology, routing_tables(topology), igp=igp) as lab:
        whole = lab_tables(lab)
        lab.cut({"old-cable"})
        until(lambda: verify_igp(lab)["equal"], "the planner's routes without the link")
        assert lab_tables(lab) != whole
        lab.restore()
        until(lambda: lab_tables(lab) == whole, "the routes from before")
        assert verify_igp(lab)["equal"]


def lab_tables(lab):
    owner = owners(lab.topology)
    return {name: kernel_table(lab.namespace(name), name, owner) for name in lab.blueprint.routers}


def test_vtysh_in_a_router_is_that_of_the_lab(monkeypatch):
    monkeypatch.setenv("NETKIT_ROOTS", str(TREES))
    name, netkit = f"t{uuid.uuid4().hex[:8]}", Path(sys.executable).parent / "netkit"
    words = ["--igp", "frr", "--frr", "10.3", "--hosts", "none", "--name", name]
    file = ROOT / "topologies" / "lab-region.yaml"
    subprocess.run([netkit, "lab", "up", file, *words], check=True, timeout=300)
    try:
        said = subprocess.run(
            [netkit, "lab", "exec", "nanjing", "--lab", name, "--", "vtysh",
             "-c", "show version", "-c", "show isis neighbor"],
            capture_output=True, text=True, check=True, timeout=300,
        ).stdout  # fmt: skip
        assert "FRRouting 10.3" in said
        assert "hangzhou" in said
    finally:
        subprocess.run([netkit, "lab", "down", "--lab", name], check=True, timeout=300)


def test_of_a_cut_it_learns_by_itself_and_agrees_with_the_planner(monkeypatch):
    monkeypatch.setenv("NETKIT_ROOTS", str(TREES))
    options = LabOptions(backend="wire", igp="frr", frr=version_here())
    result = drill(*load_drill("region/real-isis"), options)
    assert result.verdict is Verdict.PASS, result.contradicted or result.untested
    cut, restored = result.reconvergences
    assert (cut.event, restored.event) == (0, 1)
    assert cut.differences == ()
    assert cut.pairs == 42
    assert 1000 < cut.first_ms <= cut.last_ms
    hit = [one for one in result.directions if one.hit]
    for one in hit:
        phases = [phase.phase for phase in one.phases]
        assert phases[2:] == [
            DrillPhase.REPAIR, DrillPhase.BACKUP, DrillPhase.RECONVERGED, DrillPhase.RESTORED,
        ]  # fmt: skip
        assert one.back


def test_by_staged_tables_the_same_cut_is_borne_out():
    result = drill(*load_drill("region/real-isis"), LabOptions(backend="wire", igp="staged"))
    assert result.verdict is Verdict.PASS, result.contradicted or result.untested
    assert any(one.hit for one in result.directions)
    assert all(one.back for one in result.directions if one.phases[-1].phase is DrillPhase.RESTORED)


CAMPAIGN = """\
name: small
topology: {topology}
count: 20
interval_ms: 20
measure:
  - pairs: [{{src: qingpu-dc, dst: wuhu-dc}}, {{src: hangzhou, dst: wuhu-dc}}]
"""


def test_a_campaign_goes_over_its_tables(tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_ROOTS", str(TREES))
    campaign = tmp_path / "small.yaml"
    campaign.write_text(CAMPAIGN.format(topology=ROOT / "topologies" / "lab-region.yaml"))
    netkit, frr = Path(sys.executable).parent / "netkit", ["--igp", "frr", "--frr", version_here()]
    words = ["lab", "run", campaign, "--out", tmp_path, *frr]
    subprocess.run([netkit, *words], check=True, timeout=300)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["lab"]["igp"] == "frr"
    assert all(pair["measured"]["path_proven"] for pair in summary["pairs"])
