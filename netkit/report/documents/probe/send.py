"""What ``netkit probe send`` measured, as JSON: field by field in docs/probe-send-json.md."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from netkit.language.chosen import in_english
from netkit.model.measurement.sample import Outcome
from netkit.model.units import NS_PER_S, NS_PER_US, ns_to_us

if TYPE_CHECKING:
    from netkit.model.measurement.refutation import Refutation
    from netkit.probe.run.flows import Measured
    from netkit.probe.run.send import SendResult
    from netkit.probe.sender.path_report import PathReport
    from netkit.probe.sender.result import SessionResult
    from netkit.probe.stream.pace import Pace
    from netkit.stats.delay import DelayFigures
    from netkit.stats.direction import DirectionSummary


def send_to_json(host: str, port: int, result: SendResult, found: Measured) -> dict[str, Any]:
    """The document of one run; what does not exist or has no bound is null."""
    return {
        "schema": "netkit/probe-send/2",
        "version": version("netkit-srv6"),
        "sender": result.sender,
        "started": _instant(result.started_ns),
        "ended": _instant(result.ended_ns),
        "host": host,
        "address": result.address,
        "passed_over": result.other_way if result.passed_over else None,
        "port": port,
        "end": result.end,
        "bound_us": found.bound_us,
        "verdict": found.verdict,
        "warn_margin_percent": found.warn_margin_percent,
        "degraded": None if found.bound_us is None else found.degraded,
        "pace": _pace_document(result.pace),
        **_evidence_document(result, found),
        **_measured_document(result, found),
        "flows": _flow_documents(result, found),
    }


def _evidence_document(result: SendResult, found: Measured) -> dict[str, Any]:
    """What became of the probes, and what their stamps and clocks are worth."""
    from netkit.probe.run.flows import (
        DROPPED_HERE,
        REORDERED,
        clock_steps,
        outcomes,
        stamp_sources,
    )

    ended = outcomes(result, found)
    told = (*Outcome, REORDERED, *([DROPPED_HERE] if ended[DROPPED_HERE] else ()))
    return {
        "outcomes": {outcome: ended.get(outcome, 0) for outcome in told},
        "stamps": stamp_sources(result),
        "clocks": _clocks_document(result),
        "clock_steps": [asdict(step) for step in clock_steps(result, found)],
        "refuted": next(map(_refutation_document, found.refuted), None),
        "impossible": total([summary.evidence.broken for summary in found.summaries]),
    }


def _measured_document(result: SendResult, found: Measured) -> dict[str, Any]:
    """Counts and figures of all flows together."""
    sessions = [flow.session for flow in result.flows]
    first = found.summaries[0]
    return {
        "counts": total([asdict(summary.counts) for summary in found.summaries]),
        "figures": _kind_document(sessions),
        "undecided": sum(session.undecided for session in sessions),
        "stateful_reflector": any(session.stateful for session in sessions),
        "notes": total([session.notes for session in sessions]),
        "forward": _direction_document(found.forward),
        "backward": _direction_document(found.backward),
        "round_trip": _figures_document(first.round_trip),
        "host_delay": _figures_document(first.host_delay),
        "send_error": _figures_document(first.send_error),
        "path": path_document([session.path for session in sessions]),
    }


def _flow_documents(result: SendResult, found: Measured) -> list[dict[str, Any]]:
    return [
        {
            "source_port": flow.source_port,
            "verdict": summary.verdict,
            "forward": _direction_document(summary.forward),
            "backward": _direction_document(summary.backward),
        }
        for flow, summary in zip(result.flows, found.summaries, strict=True)
    ]


def _pace_document(pace: Pace | None) -> dict[str, Any]:
    """At which rate this host keeps up, as was tried before a fast run."""
    return {
        "keeps_up_to_per_s": None if pace is None else pace.per_second,
        "limit": None if pace is None else pace.limit,
        "core_share": None if pace is None else pace.core_share,
    }


def _instant(time_ns: int) -> str:
    """UTC, to the microsecond."""
    at = datetime.fromtimestamp(time_ns // NS_PER_S, UTC)
    return at.replace(microsecond=time_ns % NS_PER_S // NS_PER_US).isoformat()


def _refutation_document(found: Refutation) -> dict[str, Any]:
    from netkit.report.words.clocks import refutation_text

    return {
        "cause": found.cause,
        "shown_ns": found.shown_ns,
        "reflector_ahead_ns": found.ahead_ns,
        "guess": found.guess,
        "text": in_english(refutation_text, found),
    }


def _kind_document(sessions: Sequence[SessionResult]) -> dict[str, Any]:
    """Whether percentiles are exact, or else how far off they may be."""
    errors = [each.running.relative_error for each in sessions if each.running is not None]
    return {"kind": "sketch" if errors else "exact", "relative_error": max(errors, default=None)}


def _direction_document(direction: DirectionSummary) -> dict[str, Any]:
    unbounded = math.isinf(direction.uncertainty_us)
    delay, variation = direction.delay, direction.ipdv
    return {
        "sent": direction.sent,
        "received": direction.received,
        "lost": direction.lost,
        "duplicates": direction.duplicates,
        "reordered": direction.reordered,
        "min_us": None if delay is None else ns_to_us(delay.min_ns),
        "p50_us": None if delay is None else ns_to_us(delay.p50_ns),
        "p99_us": None if delay is None else ns_to_us(delay.p99_ns),
        "ipdv_p50_us": None if variation is None else ns_to_us(variation.p50_ns),
        "uncertainty_us": None if unbounded else direction.uncertainty_us,
        "owd": _figures_document(direction.delay),
        "ipdv": _figures_document(direction.ipdv),
        "pdv": _figures_document(direction.pdv),
        "reordering": None if direction.reordering is None else asdict(direction.reordering),
        "losses": None if direction.losses is None else asdict(direction.losses),
        "skew_ppm": None if direction.skew is None else direction.skew.ppm,
        "skew_removed": direction.skew_removed,
        "stamps": dict(direction.sources),
        "left_out": direction.left_out,
        "unknown": direction.unknown,
        "late": direction.late,
        "judged_on": direction.judged_on,
        "judged_us": direction.judged_us,
        "verdict": direction.verdict,
    }


def _clocks_document(result: SendResult) -> dict[str, Any]:
    """What each end says of its clock; null where it says nothing, or bounds nothing."""
    from netkit.probe.clock.this_host import estimate_uncertainty_us, report_uncertainty_us

    session = result.flows[0].session
    ends = {
        "sender": (report_uncertainty_us(result.clock), result.clock.source),
        "reflector": (
            max(estimate_uncertainty_us(flow.session.reflector_error) for flow in result.flows),
            session.path.clock_source,
        ),
    }
    return {
        end: {
            "max_error_us": None if math.isinf(error_us) else error_us,
            "source": source and source.name.lower(),
        }
        for end, (error_us, source) in ends.items()
    }


def path_document(paths: list[PathReport]) -> dict[str, Any]:
    """What the replies of all flows tell beside delays."""
    direct = [path.direct for path in paths if path.direct is not None]
    return {
        "forward_dscp": _by_text([path.forward_dscp for path in paths]),
        "forward_ecn": _by_text([path.forward_ecn for path in paths]),
        "backward_dscp": _by_text([path.backward_dscp for path in paths]),
        "return_path": total([path.return_path for path in paths]),
        "refused": total([path.refused for path in paths]),
        "seen_as": [
            {"address": path.seen_as[0], "port": path.seen_as[1]} for path in paths if path.seen_as
        ],
        "direct_measurement": total([asdict(counts) for counts in direct]) if direct else None,
    }


def _by_text(counts: list[Mapping[int, int]]) -> dict[str, int]:
    return {str(value): number for value, number in sorted(total(counts).items())}


def total(counts: Sequence[Mapping[Any, int]]) -> dict[Any, int]:
    """The counts of all, added up by name."""
    added: Counter[Any] = Counter()
    for some in counts:
        added.update(some)
    return dict(added)


def _figures_document(figures: DelayFigures | None) -> dict[str, Any] | None:
    return None if figures is None else asdict(figures)
