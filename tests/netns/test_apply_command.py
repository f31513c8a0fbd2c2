"""``netkit apply`` as typed, on emitted configurations, in a namespace."""

import json

import pytest
from applied_router import ip, router, shown
from command import netkit

pytestmark = pytest.mark.netns


@pytest.fixture
def configs(tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "state"))
    folder = tmp_path / "configs"
    done = netkit("emit", "topologies/lab-metro.yaml", "-o", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_emitted_is_applied_seen_recorded_and_not_applied_twice(configs):
    name = min(path.stem for path in configs.glob("*.ip"))
    with router(interfaces=4) as netns:
        where = ("--router", name, "--netns", netns)
        planned = netkit("apply", configs, *where, "--dry-run").stdout
        assert planned.splitlines()[-1].endswith("none was made")
        assert "seg6" not in shown(netns, "-6", "route")
        done = netkit("apply", configs, *where)
        assert done.returncode == 0, done.stderr
        assert "seg6local action End " in shown(netns, "-6", "route")
        again = netkit("apply", configs, *where, "--json")
        assert json.loads(again.stdout)["changes"] == []
        assert "half done" in netkit("apply", "--recover", "--netns", netns).stdout
    entries = [line.split() for line in netkit("audit", "log").stdout.splitlines()]
    assert [(one[3], one[4], one[-1]) for one in entries] == [
        ("emit", "done", "done"), ("apply", name, "begun"), ("apply", name, "committed"),
    ]  # fmt: skip
    assert netkit("audit", "verify").returncode == 0


def test_a_topology_file_is_planned_and_applied(configs):
    with router(interfaces=4) as netns:
        where = ("--router", "xidan", "--netns", netns)
        assert netkit("apply", configs, *where).returncode == 0
        done = netkit("apply", "topologies/lab-metro.yaml", *where)
        assert "already" in done.stdout, done.stderr


def test_wrong_words_are_told_with_what_would_be_right(configs):
    with router() as netns:
        wrong = netkit("apply", configs, "--router", "nobody-at-all", "--netns", netns)
        assert (wrong.returncode, "--router: nobody-at-all; expected one of" in wrong.stderr) == (
            3, True,
        )  # fmt: skip
        assert "--netns: nowhere" in netkit(
            "apply", configs, "--router", min(configs.glob("*.ip")).stem, "--netns", "nowhere"
        ).stderr  # fmt: skip
        broken = min(configs.glob("*.ip"))
        broken.write_text(broken.read_text() + "route add nonsense\n")
        done = netkit("apply", configs, "--router", broken.stem, "--netns", netns)
        assert f"{broken}:" in done.stderr
        assert "not a statement that netkit writes" in done.stderr
        ip(netns, "link", "show", "cust0")
    assert netkit("apply").returncode == 3
