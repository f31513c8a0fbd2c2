"""What the clocks of hosts made of a drill: measured, true, certain all the same, and who moved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from netkit.lab.drills.analysis.windows import Window
from netkit.lab.truth.traced import Measurement
from netkit.model.drills.clocked import ClockedPhase, ClocksOfDrill, ClockVerdict, Span
from netkit.model.drills.scenario import ClockFault
from netkit.model.measurement.clock import CRYSTAL_DRIFT_PPM
from netkit.model.measurement.sample import Sample
from netkit.model.measurement.sample_row import Row
from netkit.model.network.topology import Topology
from netkit.model.units import NS_PER_MS, ns_to_us
from netkit.stats.clocks.certify import CertifiedWay, certify_mesh
from netkit.stats.clocks.clock_readings import ClockReadings, Way, passages_of
from netkit.stats.clocks.mesh import light_floors_ns
from netkit.stats.clocks.moved import moved_clocks, moves, together
from netkit.stats.delay import delay_figures
from netkit.stats.judgement import judged


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe of a session that came back: as its hosts read it, and in true time."""

    session: int
    src: str
    dst: str
    shown: Sample
    true: Sample
    sent_ns: int
    over_ns: int


def clocks_of(
    topology: Topology,
    measured: Measurement,
    faults: Mapping[int, ClockFault],
    phases: Sequence[Window],
    start_ns: int,
) -> ClocksOfDrill:
    """``faults`` by the number of their event; ``phases`` are those that hold for everyone."""
    probes = list(_probes(measured))
    inside = [_inside(probes, window.start_ns, window.end_ns) for window in phases]
    found = [
        one
        for window, own in zip(phases, inside, strict=True)
        for one in _phase(topology, window, own)
    ]
    verdicts = [
        _verdict(faults[window.event], window, inside[place - 1], inside[place])
        for place, window in enumerate(phases)
        if place and window.event in faults
    ]
    wrong = {host for fault in faults.values() for host in fault.hosts}
    return ClocksOfDrill(tuple(found), tuple(verdicts), _read(probes, wrong, start_ns))


def _probes(measured: Measurement) -> Iterator[Probe]:
    for number, pair in enumerate(measured.pairs):
        for shown, traced in zip(pair.session.samples, pair.traced, strict=True):
            true = traced.sample
            if true.t1 is not None and true.t4 is not None:
                times_ns = true.t1.time_ns, true.t4.time_ns
                yield Probe(number, pair.src, pair.dst, shown, true, *times_ns)


def _inside(probes: Sequence[Probe], start_ns: int, end_ns: int) -> list[Probe]:
    return [one for one in probes if start_ns <= one.sent_ns and one.over_ns < end_ns]


def _phase(topology: Topology, window: Window, probes: Sequence[Probe]) -> Iterator[ClockedPhase]:
    """Each direction; certified from nothing but what its hosts read."""
    mesh = certify_mesh(
        passages_of(_shown(probes)), light_floors_ns(topology, 0.0), lambda *_: None,
        drift_ppm=CRYSTAL_DRIFT_PPM,
    )  # fmt: skip
    true = passages_of((one.src, one.dst, one.true) for one in probes)
    for found in mesh.ways:
        way = found.way.src, found.way.dst
        read_us = [us for _, us in _delays(probes, way)]
        if way in true and read_us:
            yield ClockedPhase(
                *way, window.phase, window.event, len(read_us), Span(min(read_us), max(read_us)),
                _span(true[way]), _figure_us(true[way]), _certain(found),
            )  # fmt: skip


def _shown(probes: Iterable[Probe]) -> Iterator[Row]:
    return ((one.src, one.dst, one.shown) for one in probes)


def _span(true: ClockReadings) -> Span:
    delays_ns = true.delays_ns
    return Span(ns_to_us(int(delays_ns.min())), ns_to_us(int(delays_ns.max())))


def _figure_us(true: ClockReadings) -> float | None:
    """None if a delay is not known: it might be the greatest."""
    figures = None if true.unknown else delay_figures(true.delays_ns)
    return None if figures is None else ns_to_us(judged(figures)[1])


def _certain(found: CertifiedWay) -> Span | None:
    delay = found.certified.delay
    if delay is None:
        return None
    least, most = (None if end is None else ns_to_us(end) for end in (delay.low_ns, delay.high_ns))
    return Span(least, most)


def _verdict(
    fault: ClockFault, window: Window, before: Sequence[Probe], during: Sequence[Probe]
) -> ClockVerdict:
    """By the last third of the phase, for what grows, session by session; a step that a host saw
    counts as well."""
    late_ns = window.end_ns - (window.end_ns - window.start_ns) // 3
    then = _by_session(before)
    now = _by_session(one for one in during if one.sent_ns >= late_ns)
    both = then.keys() & now.keys()
    found = together(one for number in both for one in moves(then[number], now[number]))
    hosts = {end for one in before if one.session in both for end in (one.src, one.dst)}
    return ClockVerdict(
        window.event, fault,
        tuple((host, None if gained_ns is None else ns_to_us(gained_ns))
              for host, gained_ns in moved_clocks(found).items()),
        tuple((one.src, one.dst) for one in found if one.slower),
        shown=not hosts.isdisjoint(fault.hosts),
    )  # fmt: skip


def _by_session(probes: Iterable[Probe]) -> dict[int, dict[Way, ClockReadings]]:
    sessions: dict[int, list[Probe]] = {}
    for one in probes:
        sessions.setdefault(one.session, []).append(one)
    return {number: passages_of(_as_set(own)) for number, own in sessions.items()}


def _as_set(probes: Iterable[Probe]) -> Iterator[Row]:
    for one in probes:
        yield one.src, one.dst, replace(one.shown, clock_set_ns=0)


def _delays(probes: Iterable[Probe], way: Way) -> Iterator[tuple[int, float]]:
    """When each left in true time, and how long it took as its hosts had it."""
    for one in probes:
        if (one.src, one.dst) == way:
            left, delay_ns = one.true.t1, one.shown.forward_owd_ns
        elif (one.dst, one.src) == way:
            left, delay_ns = one.true.t3, one.shown.backward_owd_ns
        else:
            continue
        if left is not None and delay_ns is not None:
            yield left.time_ns, ns_to_us(delay_ns)


def _read(
    probes: Sequence[Probe], wrong: Collection[str], start_ns: int
) -> dict[Way, tuple[tuple[float, float], ...]]:
    """The delays of directions from or to a host whose clock goes wrong."""
    pairs = dict.fromkeys((one.src, one.dst) for one in probes)
    return {
        way: tuple(((at - start_ns) / NS_PER_MS, us) for at, us in _delays(probes, way))
        for pair in pairs
        for way in (pair, pair[::-1])
        if not set(pair).isdisjoint(wrong)
    }
