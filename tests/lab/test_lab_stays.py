"""A lab that stays: up, asked, cut, down, beside another one; nothing of it is left."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import command
import pytest
from goldens import ROOT
from lab_topologies import chain, igp_routes, needs_root
from waiting import until

from netkit.lab.igp.flooding import FloodingTimers
from netkit.lab.igp.staged import StagedIgp
from netkit.lab.igp.tables import kernel_table, owners
from netkit.lab.kernel.marks import marked_processes, namespaces_in_use
from netkit.lab.kernel.netns import Namespace
from netkit.lab.lab import Lab
from netkit.lab.running.finding import found_labs
from netkit.planner.network.igp import routing_tables

pytestmark = [pytest.mark.lab, needs_root]

NETKIT = Path(sys.executable).parent / "netkit"
IN_A_PROCESS = {"up", "exec"}
"""One has a child that stays; the other becomes what it is given."""
REGION = ROOT / "topologies" / "lab-region.yaml"


def netkit(*words, code=0):
    if words[1] in IN_A_PROCESS:
        done = subprocess.run(
            [NETKIT, *words], capture_output=True, text=True, check=False, timeout=300
        )
    else:
        done = command.netkit(*words)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stdout + done.stderr


@pytest.fixture
def name():
    """Of a lab that only this test knows; it is down afterwards."""
    own = f"t{uuid.uuid4().hex[:8]}"
    yield own
    if any(lab.name == own for lab in found_labs()):
        netkit("lab", "down", "--lab", own)


def status(name):
    (lab,) = json.loads(netkit("lab", "status", "--lab", name, "--json"))["labs"]
    return lab


@contextmanager
def held(name):
    """The namespaces of that lab, whose numbers no other's can get meanwhile."""
    processes = [p for p in marked_processes() if p.label == name]
    with ExitStack() as stack:
        for process in processes:
            stack.callback(Namespace(process.pid, str(process.pid)).close)
        yield {process.namespace for process in processes}


def test_up_exec_cut_verify_down(name):
    said = netkit("lab", "up", str(REGION), "--name", name, "--igp", "staged")
    assert "7 routers" in said
    assert "not emulated" not in said
    lab = status(name)
    assert (lab["igp"]["name"], lab["cut"], lab["hosts"]) == ("staged", [], 2)
    route = ("-6", "-color=never", "route", "show", "5f00:0:1::/48")
    before = netkit("lab", "exec", "nanjing", "--lab", name, "--", "ip", *route)
    assert "via fd5f:0:0:8::3 dev ge2" in before
    netkit("lab", "exec", "h-qingpu-dc", "--lab", name, "--", "ping", "-c1", "2001:db8:6::2")
    netkit("lab", "cut", "old-cable", "--lab", name)
    assert "; cut: old-cable" in netkit("lab", "status", "--lab", name)
    assert "0 differ" in netkit("lab", "verify-igp", "--lab", name)
    after = netkit("lab", "exec", "nanjing", "--lab", name, "--", "ip", *route)
    assert "dev ge1" in after
    netkit("lab", "restore", "--lab", name)
    verified = json.loads(netkit("lab", "verify-igp", "--lab", name, "--json"))
    assert (verified["equal"], verified["tables"]["kernel"]["pairs"]) == (True, 42)
    assert netkit("lab", "exec", "nanjing", "--lab", name, "--", *("ip", *route)) == before
    with held(name) as namespaces:
        netkit("lab", "down", "--lab", name)
        assert [p for p in marked_processes() if p.label == name] == []
        assert not namespaces & namespaces_in_use()


def test_a_table_that_is_not_the_planners_is_found(name):
    netkit("lab", "up", str(REGION), "--name", name, "--hosts", "none")
    astray = ("via", "fd5f:0:0:5::4", "dev", "ge0")
    change = ("ip", "-6", "route", "replace", "5f00:0:1::/48", *astray)
    netkit("lab", "exec", "nanjing", "--lab", name, "--", *change)
    said = netkit("lab", "verify-igp", "--lab", name, code=2)
    assert "nanjing to shanghai: planned 20 over ge2, found over ge0" in said
    assert "42 pairs, 1 differ" in said


def test_the_exit_code_is_the_commands_and_wrong_names_are_told(name):
    netkit("lab", "up", str(REGION), "--name", name, "--hosts", "none")
    netkit("lab", "exec", "nanjing", "--lab", name, "--", "sh", "-c", "exit 7", code=7)
    assert "no such node" in netkit("lab", "exec", "nowhere", "--lab", name, "--", "true", code=3)
    assert "has no FRR" in netkit("lab", "exec", "nanjing", "--lab", name, "--", "vtysh", code=3)
    assert "no such link" in netkit("lab", "cut", "nowhere", "--lab", name, code=3)
    assert "no such lab" in netkit("lab", "down", "--lab", f"{name}x", code=3)


def test_what_does_not_come_up_says_why(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text("netkit: topology/1\nname: Wrong\nnodes: 7\nlinks: []\n")
    said = refused(file).splitlines()
    assert len(said) > 1
    assert {line.count("netkit: ") for line in said} == {1}
    assert "'ospf' is not one of 'static', 'staged', 'frr'" in refused(REGION, "--igp", "ospf")
    assert "missing.yaml" in refused("missing.yaml")


def refused(*words):
    """What is told by the command, which asks an owner in a process of its own."""
    done = command.netkit("lab", "up", *words)
    assert (done.returncode, done.stdout) == (3, "")
    return done.stderr


def test_staged_routes_come_one_router_after_the_other():
    topology = chain(500, 500, 500)
    igp = StagedIgp(routing_tables, FloodingTimers(20, 200, 10, 0))
    owner = owners(topology)
    with Lab.boot(topology, igp_routes(topology), igp=igp) as lab:

        def reached(router):
            return set(kernel_table(lab.namespace(router), router, owner))

        cut_ns = time.time_ns()
        lab.cut({"l2"})
        until(lambda: "r3" not in reached("r2"), "the news at the end of the link")
        igp.settle()
        assert [change.router for change in igp.changes] == ["r2", "r3", "r1", "r0"]
        moments = [change.at_ns for change in igp.changes]
        assert moments == sorted(moments)
        assert moments[-1] - cut_ns > 400e6, "two hops of 200 ms lie between"
        assert reached("r0") == {"r1", "r2"}
        lab.restore()
        igp.settle()
        assert reached("r0") == {"r1", "r2", "r3"}


def test_a_small_link_carries_what_the_file_says():
    topology = chain(500)
    small = replace(topology, links=(replace(topology.links[0], mtu_bytes=1400),))
    with Lab.boot(small, igp_routes(small)) as lab, lab.namespace("r0").entered():
        for size, code in ((1352, 0), (1353, 1)):
            target = str(small.addresses.loopback(2))
            ping = ["ping", "-M", "do", "-c1", "-W2", "-s", str(size), target]
            done = subprocess.run(ping, capture_output=True, text=True, check=False)
            assert (done.returncode != 0) == bool(code), done.stdout + done.stderr
