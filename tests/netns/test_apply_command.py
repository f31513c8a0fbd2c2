"""``netkit apply`` as typed, on emitted configurations, in a namespace."""

import contextlib
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from applied_router import ip, router, shown
from command import netkit
from reflector_process import NETKIT
from waiting import until

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
        broken.write_bytes(b"\xf3\xff" * 100)
        for words in ((), ("--confirm", "5s")):
            done = netkit("apply", configs, "--router", broken.stem, "--netns", netns, *words)
            assert done.returncode == 3
            assert f"{broken}:1: the text is not valid UTF-8" in done.stderr
    assert netkit("apply").returncode == 3


def test_who_may_not_enter_a_namespace_is_told_what_it_takes(configs):
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *NETKIT[:-1]]
    with router() as netns:
        words = ["apply", str(configs), "--router", "xidan", "--netns", netns, "--dry-run"]
        done = subprocess.run([*bare, *words], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (3, "")
    assert "entered with CAP_SYS_ADMIN (Operation not permitted): run it as root" in done.stderr


def test_ctrl_c_while_results_are_printed_says_that_the_change_is_in_force(configs):
    """Whoever was to read them does not: the pipe is full, and the command waits in it."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(write, bytes(4096))
    os.set_blocking(write, True)
    with router(interfaces=4) as netns:
        words = ("apply", configs, "--router", "xidan", "--netns", netns)
        process = subprocess.Popen(
            [*NETKIT[:-1], *map(str, words)], stdout=write, stderr=subprocess.PIPE, text=True
        )
        until(lambda: outcome() == "committed", "the change to be made")
        until(lambda: waits_in_a_pipe(process.pid), "its results to be printed")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=300)
        assert "interrupted too late: xidan: the change is in force, and stays" in said
        assert process.returncode == 0
        assert "already" in netkit(*words).stdout
    os.close(read)
    os.close(write)


def outcome() -> object:
    found = json.loads(netkit("audit", "log", "--json").stdout)["entries"]
    return found[-1]["outcome"]


def waits_in_a_pipe(pid: int) -> bool:
    return "pipe" in Path(f"/proc/{pid}/wchan").read_text()
