"""Whatever way a lab's owner ends, nothing of the lab stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import command
import lab_topologies
import pytest
from lab_topologies import needs_root
from waiting import heard, until

from netkit.errors import LabError
from netkit.lab.kernel.cleaning import clean
from netkit.lab.kernel.marks import (
    Mark,
    marked_processes,
    namespace_of,
    namespaces_in_use,
    start_ticks,
)
from netkit.lab.kernel.netns import Namespace

pytestmark = [pytest.mark.lab, needs_root]

NAMESPACES = 5
SUPPORT = Path(lab_topologies.__file__).parent
OWNER = """
import sys, time
from netkit.lab.lab import Lab
from lab_topologies import chain, igp_routes
topology = chain(500, 500)
with Lab.boot(topology, igp_routes(topology), hosts=["r0"]) as lab:
    stray = lab.net["r1"].popen(["setsid", "sleep", "600"])
    print("booted", flush=True)
    time.sleep(600)
"""


class Owner:
    """A process with a booted lab, and what belongs to it."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", OWNER],
            env={**os.environ, "PYTHONPATH": str(SUPPORT)},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            # Of a suite under nohup it would inherit to ignore SIGHUP, and rightly not end by it.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )  # fmt: skip
        assert heard(self.process.stdout.fileno(), b"\n") == b"booted\n"
        self.mark = Mark(self.process.pid, start_ticks(self.process.pid))
        self.held = []
        here = namespace_of(os.getpid())
        until(lambda: self.hold(here), "all namespaces")
        self.namespaces = {namespace.inode for namespace in self.held}

    def hold(self, here):
        """Once each is in a namespace of its own, hold these, so that no other lab's gets the same
        number. The stray one moves only after it has begun to run, and setsid may fork on the way:
        a process that was listed may be gone."""
        left = self.left()
        found = {p.namespace for p in left}
        if len(found) != NAMESPACES or here in found:
            return False
        try:
            for process in left:
                self.held.append(Namespace(process.pid, str(process.pid)))
        except LabError:
            while self.held:
                self.held.pop().close()
        return bool(self.held)

    def left(self):
        return [p for p in marked_processes() if p.mark == self.mark]

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        for namespace in self.held:
            namespace.close()


@pytest.fixture
def owner():
    made = Owner()
    yield made
    made.end()
    clean()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_whole_lab(owner, number):
    owner.process.send_signal(number)
    owner.process.wait(300)
    assert owner.left() == []
    assert not owner.namespaces & namespaces_in_use()


def test_after_kill_9_clean_leaves_nothing_and_spares_a_lab_that_runs(owner):
    other = Owner()
    try:
        owner.process.kill()
        owner.process.wait()
        until(lambda: len(owner.left()) <= 1, "at most the stray process")
        report = netkit("lab", "clean", "--json")
        assert report["clean"]
        # What counts is what is left: another clean-up on this machine may have been first.
        assert str(other.mark) in report["spared"]
        assert owner.left() == []
        assert not owner.namespaces & namespaces_in_use()
        assert {p.namespace for p in other.left()} == other.namespaces
    finally:
        other.end()
    assert netkit("lab", "clean", "--json")["clean"]
    assert other.left() == []
    assert str(other.mark) not in netkit("lab", "clean", "--json")["owners"]


def test_another_process_with_the_same_number_is_no_owner(owner):
    """A mark names the start time as well, so a used-again number frees the processes."""
    environment = {**os.environ, "NETKIT_LAB": f"{os.getpid()}-1-1"}
    with subprocess.Popen(["sleep", "600"], env=environment) as orphan:
        try:
            until(lambda: orphan.pid in {p.pid for p in marked_processes()}, "the orphan's mark")
            # Any other clean-up on this machine may come first, and is as right to end it.
            report = netkit("lab", "clean", "--json")
            assert f"{os.getpid()}-1" not in report["spared"]
            assert orphan.wait(300) == -signal.SIGKILL
        finally:
            orphan.kill()


def test_labs_of_containers_are_left_to_them():
    """Seen from outside, their owners' numbers are those of other processes, or of none."""
    # Only what is inside has the mark: the container itself is any other clean-up's to end.
    mark = f"NETKIT_LAB={os.getpid()}-1-1"
    inside = ["unshare", "--pid", "--fork", "--kill-child", "env", mark, "sleep", "600"]
    with subprocess.Popen(inside) as container:
        try:
            children = Path(f"/proc/{container.pid}/task/{container.pid}/children")
            until(lambda: children.read_text().split(), "a process inside")
            (child,) = map(int, children.read_text().split())
            environ = Path(f"/proc/{child}/environ")
            until(lambda: mark.encode() in environ.read_bytes(), "its mark")
            assert child not in {p.pid for p in marked_processes()}
        finally:
            container.kill()


def netkit(*words):
    done = command.netkit(*words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
