"""Small labs with real routers: delays, cuts, truth, and refusals."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import threading
import time
from pathlib import Path

import pytest
from lab_probes import send, settled
from lab_topologies import chain, igp_routes, needs_root, two_sides
from waiting import until

from netkit.emit.linux.ip_batch import RouterConfig
from netkit.errors import InputError, LabError
from netkit.lab.kernel.marks import marked_processes, namespace_of, own_mark
from netkit.lab.lab import Lab
from netkit.lab.truth.records import read_truth

pytestmark = [pytest.mark.netns, needs_root]

US = 1000
DELAYS_US = (2000, 700, 0, 3000)


def ours():
    """The processes of all labs of this very process."""
    return [p for p in marked_processes() if p.mark == own_mark()]


def command(pid):
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def wire_of(lab):
    """The process of its wire."""
    inside = namespace_of(lab.net["wire"].pid)
    commands = {p.pid: command(p.pid) for p in ours() if p.namespace == inside}
    (wire,) = [pid for pid, words in commands.items() if "netkit.lab.delay.wire_process" in words]
    return wire


@pytest.fixture(scope="module")
def lab():
    topology = chain(*DELAYS_US)
    with Lab.boot(topology, igp_routes(topology), hosts=["r0"]) as booted:
        yield booted


def test_every_link_holds_a_probe_as_long_as_it_should(lab):
    since = lab.mark()
    send(lab, "r0", "r4", range(40), 0.02)
    truth = settled(lab, 40, 4, since)
    for index, delay_us in enumerate(DELAYS_US[:3]):
        hops = [probe.hops[index] for probe in truth.values()]
        assert {(hop.link, hop.headend, hop.tail) for hop in hops} == {
            (f"l{index}", f"r{index}", f"r{index + 1}")
        }
        held_us = [hop.held_ns / US for hop in hops]
        assert statistics.median(held_us) > delay_us - 150
        assert min(held_us) < delay_us + 300  # what a busy machine adds is not the link's
    assert lab.calibration is not None
    assert lab.calibration.samples > 0
    assert lab.calibration.too_short == ("l2",)


def test_a_cut_loses_both_ways_and_says_where_until_mended(lab):
    since = lab.mark()
    lab.cut(["l1"])
    send(lab, "r0", "r4", [100])
    send(lab, "r4", "r0", [101])
    lost = {key.sequence: probe for key, probe in settled(lab, 2, 4, since).items()}
    lab.restore()
    assert lost[100].lost_on == lost[101].lost_on == "l1"
    assert [hop.link for hop in lost[101].hops] == ["l3", "l2", "l1"]
    since = lab.mark()
    send(lab, "r0", "r4", [102])
    (probe,) = settled(lab, 1, 4, since).values()
    assert probe.lost_on is None
    with pytest.raises(InputError, match="no such link: l9"):
        lab.cut(["l9"])


def test_unknown_nodes_are_refused(lab):
    with pytest.raises(LabError, match="no node r9"):
        lab.namespace("r9")
    with pytest.raises(LabError, match="no node h-r1"):
        lab.host_namespace("r1")


def test_nothing_is_ever_in_the_root_namespace(lab):
    names = {name for _, name in socket.if_nameindex()}
    assert not [name for name in names if name.startswith(("ge", "cust", "w0", "sr0"))]


def test_the_truth_file_can_be_kept(tmp_path):
    before = ours()
    file = tmp_path / "truth"
    topology = chain(500)
    with Lab.boot(topology, igp_routes(topology), truth_path=file) as booted:
        send(booted, "r0", "r1", [7])
        seen = settled(booted, 1, 1)
    assert read_truth(file) == seen
    assert ours() == before


@pytest.mark.parametrize(
    ("config", "named"),
    [
        (RouterConfig("link add sr0 type bridge\nroute add nonsense\n", ""), "line 2: 'route add"),
        (RouterConfig("link set lo up\n", "table ip6 t {\n  nonsense\n}\n"), "r1: nft .* line"),
    ],
)
def test_a_failing_line_of_a_configuration_is_named_and_nothing_stays(config, named):
    before = ours()
    topology = chain(500)
    with pytest.raises(LabError, match=named):
        Lab.boot(topology, igp_routes(topology), {"r1": config})
    assert ours() == before


def test_interrupting_the_boot_leaves_nothing():
    def interrupt(step, done, total):
        if step == "routers" and done == 1:
            raise KeyboardInterrupt

    before = ours()
    topology = chain(500, 500)
    with pytest.raises(KeyboardInterrupt):
        Lab.boot(topology, igp_routes(topology), on_progress=interrupt)
    assert ours() == before


def test_the_wires_death_is_reported_not_waited_for():
    topology = chain(500)
    with Lab.boot(topology, igp_routes(topology), backend="wire") as booted:
        os.kill(wire_of(booted), signal.SIGKILL)
        with pytest.raises(LabError, match="wire_process"):
            booted.truth()


def test_a_cut_spares_what_should_have_left_before_it_though_the_machine_was_late():
    topology = chain(2000, 500)
    with Lab.boot(topology, igp_routes(topology), backend="wire") as booted:
        wire = wire_of(booted)
        os.kill(wire, signal.SIGSTOP)
        send(booted, "r0", "r2", range(5))
        time.sleep(0.05)
        cutting = threading.Thread(target=booted.cut, args=(["l0"],))
        cutting.start()
        time.sleep(0.05)
        os.kill(wire, signal.SIGCONT)
        cutting.join()
        send(booted, "r0", "r2", [5])
        truth = {key.sequence: probe for key, probe in settled(booted, 6, 2).items()}
    assert [truth[number].lost_on for number in range(6)] == [None] * 5 + ["l0"]


def test_of_two_labs_each_ends_alone():
    before = ours()
    topology = chain(500)
    routes = igp_routes(topology)
    with Lab.boot(topology, routes) as one:
        with Lab.boot(topology, routes) as other:
            job = other.net["r0"].popen(["sleep", "600"], stdout=None, stderr=None)
            until(lambda: "sleep" in command(job.pid)[0], "the job inside the node")
        assert job.wait(300) == -signal.SIGKILL
        send(one, "r0", "r1", [9])
        assert len(settled(one, 1, 1)) == 1
    assert ours() == before


def test_a_cut_inside_a_fabric_spares_its_other_members():
    topology = two_sides()
    with Lab.boot(topology, igp_routes(topology)) as booted:
        booted.cut(["ix:w2~e2"])
        for number, (src, dst) in enumerate([("w2", "e2"), ("e2", "w2"), ("w2", "x"), ("x", "e2")]):
            send(booted, src, dst, [number], over="ix")
        truth = {key.sequence: probe for key, probe in settled(booted, 4, 1).items()}
        assert [truth[number].lost_on for number in range(4)] == ["ix:w2", "ix:e2", None, None]
        assert [hop.link for hop in truth[3].hops] == ["ix:e2~x"]
        assert truth[3].hops[0].held_ns > 470 * US - 100 * US
