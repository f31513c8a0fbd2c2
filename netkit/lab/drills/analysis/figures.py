"""The figures of one direction of a drill, from its legs, its phases and its certificates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netkit.lab.drills.analysis.legs import Leg
from netkit.lab.drills.analysis.unheard import with_kept
from netkit.lab.drills.analysis.windows import Window
from netkit.lab.drills.expected import Expectation
from netkit.model.drills.result import Certified, DirectionDrill, Outage, PhaseFigures
from netkit.model.drills.scenario import DrillPhase
from netkit.model.planning.demand import Demand
from netkit.model.units import NS_PER_MS, ns_to_us
from netkit.model.verdict import Verdict
from netkit.planner.protection.phases import Carried


def direction_of(
    demand: Demand,
    expected: Sequence[Expectation],
    flows: Sequence[Sequence[Leg]],
    own: Sequence[Window],
    start_ns: int,
) -> DirectionDrill:
    """``expected`` by the number of the event; ``start_ns`` is what moments are counted from."""
    flows = [with_kept(flow, own, demand.dst) for flow in flows]
    legs = sorted((leg for flow in flows for leg in flow), key=lambda leg: leg.sent_ns)
    in_hosts_ns = _in_hosts_ns(legs)
    phases, placed = [], 0
    for window in own:
        inside = [leg for leg in legs if window.start_ns <= leg.sent_ns < window.end_ns]
        inside = [leg for leg in inside if leg.over_ns < window.end_ns]
        placed += len(inside)
        certified = _certified(expected, window)
        lossy = expected[window.event].lossy if window.event >= 0 else frozenset()
        excused = [leg for leg in inside if not leg.arrived and leg.lost_way in lossy]
        figures = _phase(window, inside, excused, certified, demand.bound_us, in_hosts_ns, start_ns)
        phases.append(figures)
    return DirectionDrill(
        demand.src, demand.dst, demand.bound_us, any(one.hit for one in expected),
        len(legs), sum(not leg.arrived for leg in legs), len(legs) - placed,
        sum(leg.looped for leg in legs), tuple(phases), tuple(outages(flows, own, start_ns)),
        tuple(((leg.sent_ns - start_ns) / NS_PER_MS, _delay_us(leg, in_hosts_ns)) for leg in legs),
        tuple(sorted({leg.name(way) for leg in legs for way in leg.crossed_again})),
    )  # fmt: skip


def _certified(expected: Sequence[Expectation], window: Window) -> Carried | None:
    """What is promised of a phase; before any event that is what every one of them starts from."""
    return expected[max(0, window.event)].phases.get(window.phase) if expected else None


def _in_hosts_ns(legs: Sequence[Leg]) -> int | None:
    """What hosts and routers at both ends take at the least; None where no leg tells."""
    return min(
        (leg.delay_ns - leg.held_ns for leg in legs
         if leg.delay_ns is not None and leg.held_ns is not None),
        default=None,
    )  # fmt: skip


def _delay_us(leg: Leg, in_hosts_ns: int | None) -> float | None:
    """Without what the emulation added; None if it was lost, or nobody saw its way."""
    if not leg.arrived or not leg.crossed:
        return None
    return ns_to_us(leg.asked_ns + (in_hosts_ns or 0))


def _phase(
    window: Window,
    legs: Sequence[Leg],
    excused: Sequence[Leg],
    certified: Carried | None,
    bound_us: int,
    in_hosts_ns: int | None,
    start_ns: int,
) -> PhaseFigures:
    slow = (leg.sent_ns for leg in legs if (_delay_us(leg, in_hosts_ns) or 0) > bound_us)
    arrived = [leg for leg in legs if leg.arrived]
    lost = [leg for leg in legs if not leg.arrived]
    delays_us = [us for leg in arrived if (us := _delay_us(leg, in_hosts_ns)) is not None]
    measured_us = [ns_to_us(leg.delay_ns) for leg in arrived if leg.delay_ns is not None]
    worst_us = max(delays_us, default=None)
    allowed = frozenset() if certified is None else certified.links
    strays = [
        next(leg.name(way) for way in leg.crossed if way not in allowed)
        for leg in arrived
        if certified is not None and not allowed.issuperset(leg.crossed)
    ]
    return PhaseFigures(
        window.phase, window.event, (window.start_ns - start_ns) / NS_PER_MS,
        (window.end_ns - start_ns) / NS_PER_MS, len(legs), len(lost),
        sum(leg.looped for leg in legs), min(delays_us, default=None), worst_us,
        max(measured_us, default=None), len(strays), next(iter(strays), None),
        next((leg.lost_at for leg in lost if leg not in excused), None), _words(certified),
        _verdict(len(legs), len(lost), worst_us, bound_us), len(excused),
        duplicated=sum(leg.duplicated for leg in legs),
        slow_after_ms=next(((at - window.start_ns) / NS_PER_MS for at in slow), None),
    )  # fmt: skip


def _words(certified: Carried | None) -> Certified | None:
    if certified is None:
        return None
    outcome = certified.outcome
    return Certified(outcome.verdict, outcome.worst_us, outcome.carrier)


def _verdict(sent: int, lost: int, worst_us: float | None, bound_us: int) -> Verdict:
    """Does the pair keep its tier? A probe that is lost breaks it."""
    if lost:
        return Verdict.BREACH
    if not sent or worst_us is None:
        return Verdict.UNKNOWN
    return Verdict.PASS if worst_us <= bound_us else Verdict.BREACH


def outages(
    flows: Sequence[Sequence[Leg]], own: Sequence[Window], start_ns: int
) -> Iterator[Outage]:
    """Runs of lost probes of each flow; what overlaps is one outage."""
    runs = sorted((run for flow in flows for run in _runs(flow)), key=lambda run: run.began_ns)
    merged: list[_Run] = []
    for run in runs:
        if merged and run.began_ns <= merged[-1].ended_ns:
            last = merged.pop()
            ended_ns = max(last.ended_ns, run.ended_ns)
            merged.append(_Run(last.began_ns, ended_ns, last.lost + run.lost))
        else:
            merged.append(run)
    for run in merged:
        yield _outage(run, own, start_ns)


class _Run(NamedTuple):
    began_ns: int
    ended_ns: int
    lost: int


_NEVER_NS = 1 << 63


def _runs(flow: Sequence[Leg]) -> Iterator[_Run]:
    began_ns, lost = 0, 0
    for leg in flow:
        if not leg.arrived:
            began_ns, lost = began_ns if lost else leg.sent_ns, lost + 1
        elif lost:
            yield _Run(began_ns, leg.sent_ns, lost)
            lost = 0
    if lost:
        yield _Run(began_ns, _NEVER_NS, lost)


def _outage(run: _Run, own: Sequence[Window], start_ns: int) -> Outage:
    start_ms = (run.began_ns - start_ns) / NS_PER_MS
    if run.ended_ns == _NEVER_NS:
        return Outage(start_ms, None, run.lost, None, None)
    before = [window for window in own if window.began_ns <= run.ended_ns]
    cut_ns = before[-1].cut_ns if before else None
    return Outage(
        start_ms,
        (run.ended_ns - run.began_ns) / NS_PER_MS,
        run.lost,
        None if cut_ns is None else (run.ended_ns - cut_ns) / NS_PER_MS,
        before[-1].phase if before else DrillPhase.BEFORE,
    )
