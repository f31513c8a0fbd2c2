"""What ``netkit probe trace`` saw, as JSON: docs/stamp.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkit.language.chosen import in_english
from netkit.model.units import ns_to_us
from netkit.report.documents.document import Document
from netkit.report.words.trace import stopped_text

if TYPE_CHECKING:
    from netkit.probe.trace.hops import TraceHop, TraceResult

SCHEMA = "netkit/probe-trace/1"


def trace_to_json(result: TraceResult) -> Document:
    """Each SID with who executed it, and each hop with who answered; null where nobody did."""
    return {
        "schema": SCHEMA,
        "destination": str(result.destination),
        "reached": result.reached,
        "stopped": in_english(stopped_text, result),
        "segments": [
            {"sid": str(sid), "executed_by": _executor(result, number)}
            for number, sid in enumerate(result.segments)
        ],
        "hops": [_hop(hop) for hop in result.hops],
    }


def _executor(result: TraceResult, number: int) -> str | None:
    """The first router that quoted the probe with this SID done; None if none did."""
    done = 0
    for hop in result.hops:
        done += len(hop.executed)
        if number < done and hop.answer is not None:
            return str(hop.answer.responder)
    return None


def _hop(hop: TraceHop) -> Document:
    answer = hop.answer
    return {
        "hop_limit": hop.hop_limit,
        "address": None if answer is None else str(answer.responder),
        "reaction": None if answer is None else answer.reaction,
        "segments_left": None if answer is None else answer.segments_left,
        "round_trip_us": None if hop.round_trip_ns is None else ns_to_us(hop.round_trip_ns),
        "executed": [str(sid) for sid in hop.executed],
        "active": None if hop.active is None else str(hop.active),
    }
