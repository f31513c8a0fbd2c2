"""Replies that nobody received, found by when they left."""

from __future__ import annotations

from ipaddress import IPv6Address

from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.lab.truth.replies import LostReplies
from netkit.lab.truth.traced import TracedSample
from netkit.model.measurement.sample import Outcome, Sample

A, B = IPv6Address("2001:db8:1::2"), IPv6Address("2001:db8:2::2")
MS = 1_000_000


def seen(key, at_ns):
    return ProbeTruth(key, (Hop("l", "x", "y", at_ns, at_ns + MS, MS),))


def session(*left_ms, known=()):
    """Replies that left then; those of ``known`` numbers are in a sample."""
    replies = [seen(ProbeKey(B, A, 862, 4000, n), at * MS) for n, at in enumerate(left_ms)]
    asked = seen(ProbeKey(A, B, 4000, 862, 0), 0)
    others = [seen(ProbeKey(B, A, 862, 4001, 0), 5 * MS), asked]
    traced = [TracedSample(Sample(0, Outcome.RECEIVED), asked, replies[n]) for n in known]
    traced = traced or [TracedSample(Sample(0, Outcome.LOST), asked, None)]
    return LostReplies(traced, {one.key: one for one in (*replies, *others)}), replies


def test_the_reply_is_the_first_that_left_after_the_probe_had_come():
    lost, replies = session(10, 20, 30)
    assert lost.take(12 * MS) == replies[1]
    assert lost.take(12 * MS) == replies[2]
    assert lost.take(12 * MS) is None


def test_one_that_a_sample_knows_and_one_of_another_session_are_not_taken():
    lost, replies = session(10, 20, known=(0,))
    assert lost.take(1 * MS) == replies[1]
    assert lost.take(1 * MS) is None


def test_what_leaves_half_a_second_later_answers_another_probe():
    lost, _ = session(700)
    assert lost.take(100 * MS) is None
