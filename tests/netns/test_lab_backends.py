"""What every way of delaying links must do, by the lab's own truth; each that works here is tried.

No figure is an upper bound on one packet: what a busy machine adds is not the link's.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from backends_here import BACKENDS_HERE
from lab_probes import send, sender, settled
from lab_topologies import chain, igp_routes, needs_root, two_sides
from waiting import until

from netkit.errors import LabError
from netkit.lab.delay.choice import TRIALS
from netkit.lab.kernel.router_setup import RPS_DEFAULT_MASK
from netkit.lab.lab import Lab
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology

pytestmark = [pytest.mark.netns, needs_root]

US, MS = 1_000, 1_000_000
PROCESSORS = sorted(os.sched_getaffinity(0))
EARLY_NS = 200 * US
"""Backends aim early by what sending takes them."""


@pytest.fixture(scope="module", params=BACKENDS_HERE)
def backend(request):
    trial = TRIALS[request.param]()
    assert trial.works, trial.detail
    return request.param


@pytest.fixture(scope="module")
def lab(backend):
    """r0 to r3, with other delays back than there."""
    nodes = tuple(Node(f"r{i}", Role.CITY, i + 1) for i in range(4))
    delays = ((3000, 4000), (500, 6000), (20_000, 1000))
    links = tuple(
        Link(f"l{i}", f"r{i}", f"r{i + 1}", there, back, 10, 10)
        for i, (there, back) in enumerate(delays)
    )
    topology = Topology("conformance", nodes, links)
    with Lab.boot(topology, igp_routes(topology), hosts=["r0", "r3"], backend=backend) as booted:
        yield booted


@pytest.mark.parametrize(
    ("src", "dst", "asked_us"),
    [("r0", "r3", (3000, 500, 20_000)), ("r3", "r0", (1000, 6000, 4000))],
)
def test_each_direction_of_each_link_holds_every_probe_as_long_as_asked(lab, src, dst, asked_us):
    since = lab.mark()
    send(lab, src, dst, range(60), 0.005)
    probes = settled(lab, 60, 3, since).values()
    for index, asked in enumerate(asked_us):
        held = [probe.hops[index].held_ns for probe in probes if probe.hops[index].held_ns]
        assert len(held) == 60
        assert statistics.median(held) > asked * US - EARLY_NS
        assert min(held) < asked * US + MS


def test_the_truth_of_every_probe_is_whole_and_in_order(lab):
    since = lab.mark()
    send(lab, "r0", "r3", range(1000, 3000))
    truth = {key.sequence: probe for key, probe in settled(lab, 2000, 3, since).items()}
    assert [truth[n].lost_on for n in range(1000, 3000)] == [None] * 2000
    for index in range(3):
        arrivals = [truth[n].hops[index].arrival_ns for n in range(1000, 3000)]
        assert arrivals == sorted(arrivals)
    assert all(a.release_ns <= b.arrival_ns for p in truth.values()
               for a, b in zip(p.hops, p.hops[1:], strict=False))  # fmt: skip


@pytest.mark.skipif(not Path("/proc/sys", RPS_DEFAULT_MASK).exists(), reason="kernel before 6.3")
def test_no_probe_overtakes_another_though_both_processors_send_and_are_busy(lab, backend):
    """Which of them hands on a frame is not which hands on the next. The wire and netem's capture,
    which are programs, are not given more than they read."""
    since, burst = lab.mark(), 300 if backend == "htb" else 10
    with (
        flooded(lab, "r0", "r3", burst), flooded(lab, "r3", "r0", burst),
        sender(lab, "r0", "r3") as probe,
    ):  # fmt: skip
        for number in range(2000, 4000):
            os.sched_setaffinity(0, {PROCESSORS[number % len(PROCESSORS)]})
            probe(number)
        os.sched_setaffinity(0, PROCESSORS)
        truth = {key.sequence: one for key, one in settled(lab, 2000, 3, since).items()}
    for index in range(3):
        arrivals = [truth[n].hops[index].arrival_ns for n in range(2000, 4000)]
        assert arrivals == sorted(arrivals)


@contextmanager
def flooded(lab, src, dst, burst):
    """Bursts of what is no probe, until the block ends."""
    ended = threading.Event()

    def flood():
        with sender(lab, src, dst, port=9) as one:
            while not ended.wait(0.005):
                for _ in range(burst):
                    one(0)

    flooding = threading.Thread(target=flood)
    flooding.start()
    try:
        yield
    finally:
        ended.set()
        flooding.join()


def test_a_cut_loses_what_enters_and_what_is_on_its_way_until_mended(lab):

    def caught():
        since = lab.mark()
        send(lab, "r0", "r3", [1])
        until(lambda: [p for p in lab.truth(since).values() if len(p.hops) > 1], "its third link")
        cut_ns = time.time_ns()
        lab.cut(["l2"])
        send(lab, "r0", "r3", [2])
        send(lab, "r3", "r0", [3])
        found = {key.sequence: probe for key, probe in settled(lab, 3, 3, since).items()}
        lab.restore()
        assert found[2].lost_on == found[3].lost_on == "l2"
        return found[1].lost_on == "l2" and found[1].hops[-1].arrival_ns < cut_ns

    until(caught, "a cut while a probe is on its way")
    since = lab.mark()
    send(lab, "r3", "r0", [4])
    (probe,) = settled(lab, 1, 3, since).values()
    assert probe.lost_on is None


def test_a_cut_that_is_shorter_than_the_delay_loses_what_the_link_holds(lab):

    def caught():
        since = lab.mark()
        send(lab, "r0", "r3", [1])
        until(lambda: [p for p in lab.truth(since).values() if len(p.hops) > 1], "its third link")
        begun_ns = time.time_ns()
        lab.cut(["l2"])
        done_ns = time.time_ns()
        lab.restore()
        (probe,) = settled(lab, 1, 3, since).values()
        entered_ns = probe.hops[-1].arrival_ns
        if not entered_ns < begun_ns or done_ns > entered_ns + 19 * MS:
            return False
        assert probe.lost_on == "l2"
        return True

    until(caught, "a cut while a probe is on its way")
    since = lab.mark()
    send(lab, "r0", "r3", [2])
    (probe,) = settled(lab, 1, 3, since).values()
    assert probe.lost_on is None


def test_one_direction_can_be_cut_alone(lab):
    since = lab.mark()
    ends = {cable.id: 2 * n for n, cable in enumerate(lab.blueprint.cables)}
    lab._plant.backend.cut([(ends["l1"], None)])
    send(lab, "r0", "r3", [1])
    send(lab, "r3", "r0", [2])
    lost = {key.sequence: p.lost_on for key, p in settled(lab, 2, 3, since).items()}
    lab.restore()
    assert lost == {1: "l1", 2: None}


def test_a_cut_inside_a_fabric_spares_its_other_members(backend):
    topology = two_sides()
    with Lab.boot(topology, igp_routes(topology), backend=backend) as booted:
        booted.cut(["ix:w2~e2"])
        pairs = [("w2", "e2"), ("e2", "w2"), ("w2", "x"), ("x", "e2")]
        for number, (src, dst) in enumerate(pairs):
            send(booted, src, dst, [number], over="ix")
        truth = {key.sequence: probe for key, probe in settled(booted, 4, 1).items()}
    lost = [truth[number].lost_on for number in range(4)]
    assert [bool(on and on.startswith("ix:")) for on in lost] == [True, True, False, False]
    assert truth[3].hops[0].held_ns > 470 * US - EARLY_NS


def test_delays_of_a_backend_that_does_not_run_are_refused(backend):
    topology = chain(500)
    with Lab.boot(topology, igp_routes(topology), backend=backend) as booted:
        delays = booted._plant.backend
    with pytest.raises(LabError, match="not running"):
        delays.truth(0)
