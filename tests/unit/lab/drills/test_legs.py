"""From samples and truth to legs: replies that nobody received, hosts that lost a probe."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv6Address

import pytest

from netkit.lab.drills.analysis.legs import legs_of
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.lab.truth.traced import PairMeasurement, TracedSample
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology

A, B = IPv6Address("2001:db8:1::2"), IPv6Address("2001:db8:2::2")
US = 1000
TOPOLOGY = Topology(
    "two", tuple(Node(name, Role.CITY, i) for i, name in enumerate("ab", start=1)),
    (Link("ab", "a", "b", 500, 500, 10, 10),),
)  # fmt: skip


def truth(key, headend, tail, at_ns, *, lost=False):
    end_ns = None if lost else at_ns + 500 * US
    return ProbeTruth(key, (Hop("ab", headend, tail, at_ns, end_ns, None if lost else 500 * US),))


def stamp(time_ns):
    return Stamp(time_ns, StampSource.KERNEL)


THERE = truth(ProbeKey(A, B, 4000, 862, 0), "a", "b", 1_000 * US)
REPLY = ProbeKey(B, A, 862, 4000, 0)


def legs(outcome, *, replied_ns=None, backward=None, **stamps):
    sample = Sample(0, outcome, t1=stamp(990 * US), **stamps)
    pair = PairMeasurement("a", "b", None, (TracedSample(sample, THERE, backward, replied_ns),))
    return legs_of(TOPOLOGY, pair)


def test_an_answer_is_two_legs_with_their_delays():
    back = truth(REPLY, "b", "a", 1_600 * US)
    times = {f"t{n}": stamp(us * US) for n, us in ((2, 1510), (3, 1590), (4, 2110))}
    (there,), (home,) = legs(Outcome.RECEIVED, replied_ns=1580 * US, backward=back, **times)
    assert (there.delay_ns, there.asked_ns, there.crossed) == (520 * US, 500 * US, (("ab", "a"),))
    assert (home.delay_ns, home.arrived, home.sent_ns) == (520 * US, True, 1590 * US)


UNANSWERED = [Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD, Outcome.LOST]


@pytest.mark.parametrize("outcome", UNANSWERED)
@pytest.mark.parametrize("left_ms", [1.6, 1_600])
def test_a_reply_that_a_link_lost_left_when_it_did_however_late_the_host_was(outcome, left_ms):
    left_ns = round(left_ms * 1_000_000)
    lost = truth(REPLY, "b", "a", left_ns, lost=True)
    (there,), (home,) = legs(outcome, replied_ns=left_ns - 20 * US, backward=lost)
    assert there.arrived
    assert (home.arrived, home.lost_on, home.sent_ns) == (False, "ab", left_ns)


@pytest.mark.parametrize("outcome", UNANSWERED)
def test_a_reply_that_the_host_never_sent_is_not_lost_on_the_way_back(outcome):
    """As at the end of a run on a machine under load: the probe has come, nobody read it."""
    there, back = legs(outcome)
    assert there[0].arrived
    assert back == []


def test_a_reply_that_no_link_saw_is_lost_before_its_first():
    _, (home,) = legs(Outcome.LOST, replied_ns=1_580 * US)
    assert (home.arrived, home.lost_on) == (False, "before its first link")
    assert (home.sent_ns, home.over_ns) == (1_580 * US, 1_580 * US)


@pytest.mark.parametrize("doubled", [False, True])
def test_a_probe_that_was_sent_twice_is_told(doubled):
    sample = Sample(0, Outcome.LOST_BACKWARD, t1=stamp(990 * US))
    traced = TracedSample(sample, replace(THERE, doubled=doubled), None)
    there, _ = legs_of(TOPOLOGY, PairMeasurement("a", "b", None, (traced,)))
    assert there[0].duplicated is doubled


def test_a_link_that_was_asked_to_hold_it_longer_counts_with_that():
    slow = replace(THERE.hops[0], asked_ns=4_000 * US)
    sample = Sample(0, Outcome.LOST_BACKWARD, t1=stamp(990 * US))
    traced = TracedSample(sample, replace(THERE, hops=(slow,)), None)
    there, _ = legs_of(TOPOLOGY, PairMeasurement("a", "b", None, (traced,)))
    assert there[0].asked_ns == 4_000 * US


def test_a_direction_is_told_by_its_own_name():
    (link,) = TOPOLOGY.links
    named = replace(TOPOLOGY, links=(replace(link, id_ba="ba"),))
    lost = truth(REPLY, "b", "a", 1_600 * US, lost=True)
    sample = Sample(0, Outcome.LOST_BACKWARD, t1=stamp(990 * US))
    traced = TracedSample(sample, THERE, lost, 1_580 * US)
    (there,), (home,) = legs_of(named, PairMeasurement("a", "b", None, (traced,)))
    assert there.names == ("ab",)
    assert (home.lost_at, home.lost_way) == ("ba", ("ab", "b"))


def test_replies_after_the_last_that_a_late_sender_has_had_are_not_taken_for_kept():
    """Seen at load 10: the run was over with a second of replies in the sender's socket."""
    fates = (Outcome.LOST, Outcome.LATE, Outcome.LOST, Outcome.LOST)
    traced = []
    for number, outcome in enumerate(fates):
        at_ns = (1_000 + 5_000 * number) * US
        back = truth(REPLY._replace(sequence=number), "b", "a", at_ns + 600 * US)
        sample = Sample(number, outcome, t1=stamp(at_ns))
        traced.append(TracedSample(sample, THERE, back, at_ns + 590 * US))
    _, home = legs_of(TOPOLOGY, PairMeasurement("a", "b", None, tuple(traced)))
    assert [leg.heard for leg in home] == [False, True, True, True]
    assert all(leg.arrived for leg in home)
