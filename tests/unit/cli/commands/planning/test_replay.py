"""``netkit plan replay``: lists of one's own, through anycast SIDs as well."""

import json

import pytest
from command import invoked
from goldens import ROOT

from netkit.errors import ExitCode, InputError
from netkit.files.native.topology import load_topology
from netkit.model.srv6.node_sids import end_sid

REGION = ROOT / "topologies" / "lab-region.yaml"
GROUP = "anycasts:\n  - {name: exits, nodes: [nanjing, hangzhou], sid_index: 99}\n"
ENDS = ("qingpu-dc", "wuhu-dc")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "region.yaml"
    path.write_text(REGION.read_text() + GROUP)
    return path


def run(file, *arguments):
    return invoked("plan", "replay", file, *ENDS, *arguments)


def test_without_sids_it_is_what_the_igp_does(file):
    done = run(file)
    assert done.exit_code == ExitCode.BREACH
    assert "qingpu-dc → wuhu-dc: 5.915 ms guaranteed, bound 5.000 ms" in done.stdout
    assert "one path only, 5 nodes and 4 links crossed" in done.stdout
    assert run(file, "--bound", "6ms").exit_code == ExitCode.OK


def test_names_and_sids_mean_the_same(file):
    sid = str(end_sid(load_topology(file), "suzhou"))
    by_name, by_sid = run(file, "--sid", "suzhou", "--json"), run(file, "--sid", sid, "--json")
    assert by_name.exit_code == by_sid.exit_code
    assert json.loads(by_name.stdout) == json.loads(by_sid.stdout)


def test_an_anycast_sid_is_of_the_nearest_members(file):
    done = run(file, "--sid", "exits", "--json")
    found = json.loads(done.stdout)
    assert found["schema"] == "netkit/replay/1"
    assert found["segments"] == [
        {
            "kind": "end", "node": None, "link": None, "algorithm": 0,
            "anycast": {"name": "exits", "nodes": ["nanjing", "hangzhou"]},
        }
    ]  # fmt: skip
    words = run(file, "--sid", "exits").stdout
    assert "anycast exits: the nearest of nanjing, hangzhou" in words
    assert found["verdict"] == "breach"


def test_what_nobody_has_is_refused(file):
    done = run(file, "--sid", "exit")
    assert isinstance(done.exception, InputError)
    assert "Did you mean 'exits'?" in str(done.exception)


def test_groups_are_shown(file):
    checked = invoked("topo", "check", file).stdout
    assert "anycast exits: the nearest of nanjing hangzhou" in checked
    shown = invoked("topo", "show", file, "--json").stdout
    assert json.loads(shown)["anycasts"] == [
        {"anycast": "exits", "sid": "5f00:0:63:1::", "members": "nanjing hangzhou"}
    ]
