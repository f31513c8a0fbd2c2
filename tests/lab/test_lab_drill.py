"""The failure drill on the region: the trunk goes, the backup takes over, all of it proved."""

from __future__ import annotations

import subprocess
import sys

import pytest
from goldens import ROOT
from lab_topologies import igp_routes, needs_root, plan_all

from netkit.errors import InputError
from netkit.files.native.topology import load_topology
from netkit.lab.drills.trunk_cut import drill
from netkit.lab.lab import Lab
from netkit.lab.truth.cuts import links_of_srlg

pytestmark = [pytest.mark.lab, needs_root]

PAIR = ("qingpu-dc", "wuhu-dc")


@pytest.fixture(scope="module")
def region():
    topology = load_topology(ROOT / "topologies" / "lab-region.yaml")
    plan, configs = plan_all(topology)
    names = [node.name for node in topology.active_nodes]
    with Lab.boot(topology, igp_routes(topology), configs, hosts=names) as lab:
        yield lab, plan, configs


def test_probes_notice_the_cut_and_then_follow_the_certified_backup(region):
    lab, plan, configs = region
    result = drill(lab, plan, configs, PAIR, links_of_srlg(lab.topology, "huning-trunk"))
    assert result.proven, result.phases()
    assert 0 < result.lost < len(result.legs) / 2
    assert result.outage_ns is not None
    moments = [result.cut_ns, result.detected_ns, result.switched_ns, result.restored_ns]
    assert moments == sorted(moments)


def test_everything_is_put_back_so_the_drill_can_be_run_again(region):
    lab, plan, configs = region
    assert drill(lab, plan, configs, PAIR, ["suzhou~nanjing"]).proven


@pytest.mark.parametrize(
    ("pair", "cut", "complaint"),
    [
        (PAIR, ["nanjing~hefei"], "does not touch"),
        (("qingpu-dc", "nowhere"), ["suzhou~nanjing"], "needs a primary and a backup"),
    ],
)
def test_a_drill_that_would_show_nothing_is_refused(region, pair, cut, complaint):
    lab, plan, configs = region
    with pytest.raises(InputError, match=complaint):
        drill(lab, plan, configs, pair, cut)


def test_the_script_tells_the_story_and_ends_well():
    done = subprocess.run(
        [sys.executable, ROOT / "mininet" / "drill_trunk_cut.py"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "headends switched to the backup" in done.stdout
    wrong = subprocess.run(
        [sys.executable, ROOT / "mininet" / "drill_trunk_cut.py", "--link", "nope"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert wrong.returncode == 3
    assert "Traceback" not in wrong.stderr
    assert "nope" in wrong.stderr
