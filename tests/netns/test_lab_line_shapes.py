"""Delay, jitter, loss and rate of a line, asked of each backend while it runs."""

from __future__ import annotations

import statistics
from dataclasses import replace
from itertools import pairwise

import pytest
from backends_here import BACKENDS_HERE
from lab_probes import received, send, sender, settled
from lab_topologies import chain, igp_routes, needs_root
from waiting import until

from netkit.errors import LabError
from netkit.lab.delay.choice import BackendName
from netkit.lab.delay.in_kernel.line import MOST_HELD_NS
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.lab import Lab

pytestmark = [pytest.mark.netns, needs_root]

US, MS = 1_000, 1_000_000
EARLY_NS = 200 * US
PROBES = 400


@pytest.fixture(scope="module", params=BACKENDS_HERE)
def lab(request):
    topology = chain(2000)
    with Lab.boot(topology, igp_routes(topology), backend=request.param) as booted:
        yield booted


def probed(lab, shape, *, there=True, wait_s=0.001, first=0):
    """The one hop of each probe, in order."""
    src, dst = ("r0", "r1") if there else ("r1", "r0")
    lab.shape("l0", src, shape)
    since = lab.mark()
    send(lab, src, dst, range(first, first + PROBES), wait_s)
    truth = {key.sequence: probe for key, probe in settled(lab, PROBES, 1, since).items()}
    return [truth[n].hops[0] for n in range(first, first + PROBES)]


def held(lab, shape, **how):
    """How long the link held each probe, None if it lost it, in order."""
    return [hop.held_ns for hop in probed(lab, shape, **how)]


def test_a_delay_changes_in_one_direction_while_it_runs(lab):
    assert 7 * MS - EARLY_NS < min(held(lab, LineShape(7 * MS))) < 8 * MS
    back = held(lab, LineShape(2 * MS), there=False)
    assert 2 * MS - EARLY_NS < min(back) < 3 * MS
    assert min(held(lab, LineShape(1 * MS), first=PROBES)) < 2 * MS


def test_jitter_is_uniform_and_nothing_overtakes(lab):
    since = lab.mark()
    found = probed(lab, LineShape(3 * MS, 4 * MS), wait_s=0.006)
    drawn = [hop.asked_ns - 3 * MS for hop in found if hop.asked_ns is not None]
    assert len(drawn) == (0 if lab.backend is BackendName.NETEM else PROBES)
    for at in range(0, 4 * MS, MS) if drawn else ():
        assert PROBES * 0.15 < sum(at <= ns < at + MS for ns in drawn) < PROBES * 0.35
    found = [hop.held_ns for hop in found]
    assert min(found) > 3 * MS - EARLY_NS
    quarters = [sum(at <= ns - 3 * MS < at + MS for ns in found) for at in range(0, 4 * MS, MS)]
    assert all(count > PROBES / 16 for count in quarters), quarters
    hops = [hop for probe in lab.truth(since).values() for hop in probe.hops]
    left = [hop.release_ns for hop in sorted(hops, key=lambda hop: hop.arrival_ns)]
    assert left == sorted(left)


def test_losses_come_as_often_and_as_long_as_asked_and_again_the_same(lab):
    lost = [ns is None for ns in held(lab, LineShape(1 * MS, loss=0.3, loss_run=5))]
    assert PROBES * 0.12 < sum(lost) < PROBES * 0.5
    runs = sum(now and not before for before, now in zip([False, *lost], lost, strict=False))
    assert 2.5 < sum(lost) / runs < 10
    assert None not in held(lab, LineShape(1 * MS), first=PROBES)
    assert set(held(lab, LineShape(1 * MS, loss=1), first=2 * PROBES)) == {None}


@pytest.mark.parametrize("backend", BACKENDS_HERE)
def test_what_the_file_states_is_emulated(backend):
    link = replace(chain(500).links[0], loss_ab_ppb=200_000_000, jitter_ab_us=300)
    topology = replace(chain(500), links=(link,))
    with Lab.boot(topology, igp_routes(topology), backend=backend) as booted:
        assert booted.not_emulated == []
        send(booted, "r0", "r1", range(PROBES))
        send(booted, "r1", "r0", range(PROBES, 2 * PROBES))
        truth = settled(booted, 2 * PROBES, 1)
    lost = [key.sequence for key, probe in truth.items() if probe.lost_on == "l0"]
    assert max(lost) < PROBES
    assert PROBES * 0.1 < len(lost) < PROBES * 0.3


def test_a_rate_sends_one_after_the_other_and_loses_what_would_queue_too_long(lab):
    # 106 bytes on a line of 1 Mbit/s: one each 848 µs, of which 40 ms hold 47.
    shape = LineShape(1 * MS, rate_bps=1_000_000, queue_ns=40 * MS)
    found = held(lab, shape, wait_s=0)
    kept = [ns for ns in found if ns is not None]
    assert found[0] is not None
    assert found[0] > 1 * MS + 848 * US - EARLY_NS
    assert None in found
    assert max(kept) > 30 * MS


def test_what_was_asked_of_a_probe_has_in_it_that_none_overtakes_another(lab):
    """Variation of four times what is between two probes: most wait for one before them."""
    found = probed(lab, LineShape(3 * MS, 4 * MS))
    if lab.backend is BackendName.NETEM:  # it draws by itself and does not tell
        assert {hop.asked_ns for hop in found} == {None}
        return
    due = [hop.arrival_ns + hop.asked_ns for hop in found]
    assert due == sorted(due)
    assert statistics.median(hop.held_ns - hop.asked_ns for hop in found) < 300 * US


def test_a_queue_holds_what_it_is_to_hold_and_what_was_asked_of_a_probe_has_it_in_it(lab):
    shape = LineShape(1 * MS, rate_bps=1_000_000, queue_ns=40 * MS)
    hops = probed(lab, shape, wait_s=0)
    kept = [hop for hop in hops if hop.held_ns is not None]
    sent_meanwhile = (hops[-1].arrival_ns - hops[0].arrival_ns) / (848 * US)
    assert 44 < len(kept) < 50 + sent_meanwhile
    if lab.backend is BackendName.NETEM:
        return
    assert max(hop.asked_ns for hop in kept) < 42 * MS
    due = [hop.arrival_ns + hop.asked_ns for hop in kept]
    assert min(b - a for a, b in pairwise(due)) >= 847 * US


def test_one_direction_loses_everything_and_the_other_nothing(lab):
    assert set(held(lab, LineShape(1 * MS, loss=1))) == {None}
    assert None not in held(lab, LineShape(1 * MS), there=False)
    assert set(held(lab, LineShape(1 * MS, loss=1), first=PROBES)) == {None}


@pytest.mark.parametrize("backend", BACKENDS_HERE)
def test_some_are_sent_twice_and_the_truth_is_that_of_one_copy(backend):
    topology = chain(2000, 1000, 0)
    with Lab.boot(topology, igp_routes(topology), backend=backend) as booted:
        twice = LineShape(2 * MS, duplicate=0.5)
        if booted.backend is BackendName.HTB:
            with pytest.raises(LabError, match="each frame once"):
                booted.shape("l0", "r0", twice)
            return
        booted.shape("l0", "r0", twice)
        with received(booted, "r3") as come:
            send(booted, "r0", "r3", range(PROBES), 0.002)
            probes = settled(booted, PROBES, 3).values()
            doubled = sum(probe.doubled for probe in probes)
            until(lambda: come() >= PROBES + doubled, "all copies")
            assert come() == PROBES + doubled
    assert PROBES * 0.3 < doubled < PROBES * 0.7
    for number, asked_us in enumerate((2000, 1000)):
        hops = [probe.hops[number] for probe in probes]
        assert {(hop.link, hop.headend) for hop in hops} == {(f"l{number}", f"r{number}")}
        assert statistics.median(hop.held_ns for hop in hops) > asked_us * US - EARLY_NS
        assert min(hop.held_ns for hop in hops) < asked_us * US + MS


@pytest.mark.parametrize("backend", BACKENDS_HERE)
def test_a_delay_that_becomes_shorter_lets_nothing_overtake_what_is_held(backend):
    topology = chain(200_000)
    with (
        Lab.boot(topology, igp_routes(topology), backend=backend) as booted,
        sender(booted, "r0", "r1") as probe,
    ):
        for number in range(20):
            probe(number)
        booted.shape("l0", "r0", LineShape(1 * MS))
        for number in range(20, 40):
            probe(number)
        truth = {key.sequence: one.hops[0] for key, one in settled(booted, 40, 1).items()}
    left = [truth[number].release_ns for number in range(40)]
    assert None not in left
    assert left == sorted(left)


@pytest.mark.parametrize("backend", BACKENDS_HERE)
def test_what_a_port_without_light_does_not_take_is_lost_on_the_link(backend):
    topology = chain(2000)
    with Lab.boot(topology, igp_routes(topology), backend=backend) as booted:
        booted.namespace("wire").batch(("ip", "-batch", "-"), "link set dev w1 down\n")
        send(booted, "r0", "r1", range(10))
        lost = {probe.lost_on for probe in settled(booted, 10, 1).values()}
    assert lost == {"l0"}


def test_a_link_or_losses_that_are_none_are_refused(lab):
    with pytest.raises(LabError, match="no cable l0 that begins at r7"):
        lab.shape("l0", "r7", LineShape(0))
    with pytest.raises(LabError, match="expected runs of at least 1"):
        lab.shape("l0", "r0", LineShape(0, loss=0.5, loss_run=0.5))


def test_what_a_backend_cannot_hold_is_refused(lab):
    if lab.backend is not BackendName.HTB:
        lab.shape("l0", "r0", LineShape(MOST_HELD_NS + 1))
        return
    with pytest.raises(LabError, match="at most"):
        lab.shape("l0", "r0", LineShape(MOST_HELD_NS + 1))


def test_what_the_kernel_cannot_hold_is_lost_on_the_link(lab):
    """A limit of HTB, as after a stall: a frame would have to wait longer than fillers last."""
    if lab.backend is not BackendName.HTB:
        return  # the others hold it
    lines, refused = lab._plant.backend._lines, lab.stats()["refused"]
    lines.shape(0, LineShape(2 * MOST_HELD_NS))
    since = lab.mark()
    send(lab, "r0", "r1", range(5000, 5010))
    truth = settled(lab, 10, 1, since).values()
    assert {probe.lost_on for probe in truth} == {"l0"}
    assert lab.stats()["refused"] == refused + 10
    lab.shape("l0", "r0", LineShape(2 * MS))
