"""What a drill showed, as JSON; every field is described in ``docs/drills.md``."""

from __future__ import annotations

from netkit.model.drills.clocked import ClockedPhase, ClocksOfDrill, ClockVerdict, Span
from netkit.model.drills.result import Degraded, DirectionDrill, DrillResult, Outage, PhaseFigures
from netkit.model.units import PPB
from netkit.report.clock_words import blame_text, certain_text
from netkit.report.documents.document import Document, every_sentence, ms, rounded, sentences
from netkit.report.drill_story import happened_text, noticed_text
from netkit.report.drill_words import contradictions

SCHEMA = "netkit/drill/1"
_PPM = 1_000_000


def drill_to_json(result: DrillResult) -> Document:
    """The whole drill: what happened when, and each direction phase by phase."""
    return {
        "schema": SCHEMA,
        "name": result.name,
        "title": result.title,
        "description": result.description,
        "topology": result.topology,
        "profile": result.profile,
        "igp": result.igp,
        "backend": result.backend,
        "verdict": result.verdict.value,
        "contradictions": every_sentence(lambda: contradictions(result)),
        "length_ms": rounded(result.length_ms),
        "interval_ms": rounded(result.interval_ms),
        "flows": result.flows,
        "cut": [{"event": event, "links": list(links)} for event, links in result.cut.items()],
        "degraded": [{"event": event, **_degraded(one)} for event, one in result.degraded.items()],
        "moments": [
            {
                "phase": one.phase.value,
                "event": one.event,
                "start_ms": rounded(one.start_ms),
                "done_ms": rounded(one.done_ms),
                "directions": one.directions,
                **sentences("text", one, lambda moment: happened_text(result, moment)),
            }
            for one in result.moments
        ],
        "reconvergences": [
            {
                "event": one.event,
                "routers": one.routers,
                "first_ms": rounded(one.first_ms),
                "last_ms": rounded(one.last_ms),
                "pairs": one.pairs,
                "differences": None if one.differences is None else list(one.differences),
            }
            for one in result.reconvergences
        ],
        "directions": [_direction(one) for one in result.directions],
        "probes": [_probes(one, result) for one in result.directions if _shown(one, result)],
        "clocks": None if result.clocks is None else _clocks(result.clocks),
        "not_emulated": list(result.not_emulated),
    }


def _clocks(clocks: ClocksOfDrill) -> Document:
    return {
        "events": [_clock_verdict(one) for one in clocks.verdicts],
        "directions": [_clocked(one) for one in clocks.phases],
        "told": every_sentence(lambda: [*map(blame_text, clocks.verdicts), certain_text(clocks)]),
    }


def _clock_verdict(one: ClockVerdict) -> Document:
    return {
        "event": one.event,
        "hosts": list(one.fault.hosts),
        "drift_ppm": rounded(one.fault.drift_ppb * _PPM / PPB),
        "offset_ms": ms(one.fault.offset_us),
        "moved": [{"host": host, "gained_ms": ms(us)} for host, us in one.clocks],
        "slower": [list(pair) for pair in one.slower],
    }


def _clocked(one: ClockedPhase) -> Document:
    return {
        "src": one.src,
        "dst": one.dst,
        "phase": one.phase.value,
        "event": one.event,
        "probes": one.probes,
        "measured": _span(one.measured),
        "true": _span(one.true),
        "true_ms": ms(one.figure_us),
        "certain": _span(one.certain),
        "refuted": one.refuted,
    }


def _span(span: Span | None) -> Document | None:
    if span is None:
        return None
    return {"low_ms": ms(span.least_us), "high_ms": ms(span.most_us)}


def _degraded(one: Degraded) -> Document:
    ill = one.ailment
    return {
        "links": list(one.links),
        "from": ill.headend,
        "delay_ms": ms(ill.delay_us),
        "jitter_ms": ms(ill.jitter_us),
        "loss_percent": rounded(100 * ill.loss),
        "loss_run": rounded(ill.loss_run),
        "duplicate_percent": rounded(100 * ill.duplicate),
        "over_s": rounded(ill.over_s),
    }


def _read(one: DirectionDrill, result: DrillResult) -> tuple[tuple[float, float], ...]:
    """What its hosts made of its probes, where clocks went wrong."""
    return () if result.clocks is None else result.clocks.read.get((one.src, one.dst), ())


def _shown(one: DirectionDrill, result: DrillResult) -> bool:
    """Whether there is anything to see of it."""
    return one.hit or one.contradicted or bool(_read(one, result))


def _probes(one: DirectionDrill, result: DrillResult) -> Document:
    """Every probe of a direction, as columns; and what its hosts read by clocks that were wrong."""
    read = _read(one, result)
    return {
        "src": one.src,
        "dst": one.dst,
        "at_ms": [rounded(at_ms, 1) for at_ms, _ in one.probes],
        "delay_ms": [ms(delay_us) for _, delay_us in one.probes],
        "read_at_ms": [rounded(at_ms, 1) for at_ms, _ in read],
        "read_ms": [ms(delay_us) for _, delay_us in read],
    }


def _direction(one: DirectionDrill) -> Document:
    return {
        "src": one.src,
        "dst": one.dst,
        "bound_ms": ms(one.bound_us),
        "hit": one.hit,
        "sent": one.sent,
        "lost": one.lost,
        "between": one.between,
        "looped": one.looped,
        "looped_on": list(one.looped_on),
        "contradicted": one.contradicted,
        **sentences("text", one, noticed_text),
        "phases": [_phase(phase) for phase in one.phases],
        "outages": [_outage(outage) for outage in one.outages],
    }


def _phase(phase: PhaseFigures) -> Document:
    certified = phase.certified
    return {
        "phase": phase.phase.value,
        "event": phase.event,
        "start_ms": rounded(phase.start_ms),
        "end_ms": rounded(phase.end_ms),
        "sent": phase.sent,
        "lost": phase.lost,
        "excused": phase.excused,
        "looped": phase.looped,
        "duplicated": phase.duplicated,
        "slow_after_ms": rounded(phase.slow_after_ms),
        "least_ms": ms(phase.least_us),
        "worst_ms": ms(phase.worst_us),
        "measured_ms": ms(phase.measured_us),
        "strayed": phase.strayed,
        "stray_link": phase.stray_link,
        "lost_on": phase.lost_on,
        "verdict": phase.verdict.value,
        "certified": None
        if certified is None
        else {
            "verdict": certified.verdict.value,
            "worst_ms": ms(certified.worst_us),
            "carrier": None if certified.carrier is None else certified.carrier.value,
        },
        "contradictions": [found.value for found in phase.contradictions],
    }


def _outage(outage: Outage) -> Document:
    return {
        "start_ms": rounded(outage.start_ms),
        "length_ms": rounded(outage.length_ms),
        "lost": outage.lost,
        "after_cut_ms": rounded(outage.after_cut_ms),
        "ended_by": None if outage.ended_by is None else outage.ended_by.value,
    }
