"""Probes and replies of a drill, one leg each: when it left, whether it arrived, over which links.

A reply that the far host never sent, as on a machine under load, is none that was lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.lab.truth.traced import PairMeasurement, TracedSample
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.network.topology import Topology
from netkit.model.units import us_to_ns

_ANSWERED = frozenset({Outcome.RECEIVED, Outcome.LATE, Outcome.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Leg:
    """One passage. ``asked_ns`` is what its links should have held it, ``held_ns`` what they did;
    ``delay_ns`` is what STAMP measured, by stamps of the kernel; ``duplicated``: it was sent twice
    on its way; ``heard``: the host behind the far router had it. ``names`` are what the file calls
    the ways of ``crossed``. Times are ns since 1970."""

    sent_ns: int
    over_ns: int
    arrived: bool
    lost_on: str | None
    crossed: tuple[tuple[str, str], ...]
    asked_ns: int
    held_ns: int | None
    delay_ns: int | None
    duplicated: bool = False
    heard: bool = True
    names: tuple[str, ...] = ()

    @property
    def looped(self) -> bool:
        """Whether it crossed a link twice the same way, which no path of a plan does."""
        return bool(self.crossed_again)

    @property
    def lost_way(self) -> tuple[str, str] | None:
        """The link that lost it, by the router that it entered it at; None where no link did."""
        return next((way for way in reversed(self.crossed) if way[0] == self.lost_on), None)

    def name(self, way: tuple[str, str]) -> str:
        """What the file calls a way that it crossed: some links have a name each way."""
        return dict(zip(self.crossed, self.names, strict=False)).get(way, way[0])

    @property
    def lost_at(self) -> str | None:
        """What lost it, by the name of that direction."""
        way = self.lost_way
        return self.lost_on if way is None else self.name(way)

    @property
    def crossed_again(self) -> frozenset[tuple[str, str]]:
        """The links that it crossed more than once the same way, by id and headend."""
        return frozenset(way for way, often in Counter(self.crossed).items() if often > 1)


def legs_of(topology: Topology, pair: PairMeasurement) -> tuple[list[Leg], list[Leg]]:
    """All legs of one session, there and back, in the order in which they left."""
    sent = [
        traced
        for traced in pair.traced
        if traced.sample.t1 is not None and traced.sample.outcome is not Outcome.NOT_SENT
    ]
    there = [_forward(topology, pair, traced) for traced in sent]
    back = [
        _backward(topology, pair, traced, traced.replied_ns)
        for traced in sent
        if traced.replied_ns is not None
    ]
    return there, _read_in_the_end(sorted(back, key=lambda leg: leg.sent_ns))


def _read_in_the_end(legs: list[Leg]) -> list[Leg]:
    """A sender that is late has given up probes whose replies wait for it: of those that came after
    the last one that it has had nothing is known."""
    last_ns = max((leg.sent_ns for leg in legs if leg.heard), default=None)
    if last_ns is None:
        return legs
    return [replace(leg, heard=leg.heard or leg.sent_ns > last_ns) for leg in legs]


def _forward(topology: Topology, pair: PairMeasurement, traced: TracedSample) -> Leg:
    sample = traced.sample
    sent_ns = 0 if sample.t1 is None else sample.t1.time_ns
    answered = sample.outcome in _ANSWERED or traced.replied_ns is not None
    delay_ns = sample.forward_owd_ns if _by_kernel(sample.t1, sample.t2) else None
    return _leg(topology, sent_ns, traced.forward, pair.dst, delay_ns, sure=answered)


def _backward(
    topology: Topology, pair: PairMeasurement, traced: TracedSample, replied_ns: int
) -> Leg:
    sample, truth = traced.sample, traced.backward
    sent_ns = _left_ns(sample, truth, replied_ns)
    delay_ns = sample.backward_owd_ns if _by_kernel(sample.t3, sample.t4) else None
    sure = sample.outcome in _ANSWERED
    return _leg(topology, sent_ns, truth, pair.src, delay_ns, sure=sure)


def _left_ns(sample: Sample, truth: ProbeTruth | None, replied_ns: int) -> int:
    if sample.t3 is not None:
        return sample.t3.time_ns
    return truth.hops[0].arrival_ns if truth is not None and truth.hops else replied_ns


def _leg(
    topology: Topology,
    sent_ns: int,
    truth: ProbeTruth | None,
    end: str,
    delay_ns: int | None,
    *,
    sure: bool,
) -> Leg:
    hops: tuple[Hop, ...] = () if truth is None else truth.hops
    crossed = tuple((hop.link, hop.headend) for hop in hops)
    arrived = sure or (bool(hops) and hops[-1].tail == end and hops[-1].release_ns is not None)
    asked = [_asked_ns(topology, hop) for hop in hops]
    return Leg(
        sent_ns,
        hops[-1].release_ns or hops[-1].arrival_ns + asked[-1] if hops else sent_ns,
        arrived,
        None if arrived else _where(hops),
        crossed,
        sum(asked),
        None if truth is None else truth.held_ns,
        delay_ns if arrived else None,
        truth is not None and truth.doubled,
        sure,
        tuple(_name(topology, way) for way in crossed),
    )


def _name(topology: Topology, way: tuple[str, str]) -> str:
    known = topology.adjacency.get(way)
    return way[0] if known is None else known.label


def _asked_ns(topology: Topology, hop: Hop) -> int:
    """How long the link was to hold it: as the lab recorded, else as the file states."""
    if hop.asked_ns is not None:
        return hop.asked_ns
    way = topology.adjacency.get((hop.link, hop.headend))
    return 0 if way is None else us_to_ns(way.delay_us)


def _where(hops: tuple[Hop, ...]) -> str:
    """What lost it: a link, or the router that had it last."""
    if not hops:
        return "before its first link"
    return next((hop.link for hop in hops if hop.release_ns is None), f"at {hops[-1].tail}")


def _by_kernel(*stamps: Stamp | None) -> bool:
    return all(stamp is not None and stamp.source is StampSource.KERNEL for stamp in stamps)
