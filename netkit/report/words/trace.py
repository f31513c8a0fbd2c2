"""Why a trace went no further."""

from __future__ import annotations

from netkit.errors import counted
from netkit.probe.trace.hops import StopCause, TraceResult, TraceStop
from netkit.report.words.units import MISSING


def stopped_text(result: TraceResult) -> str | None:
    """What stopped a trace, and what it was on its way to; None if the destination answered."""
    return None if result.stopped is None else _stop(result.stopped, result)


def _stop(stop: TraceStop, result: TraceResult) -> str:
    answer, towards = stop.answer, _towards(stop.executed, result)
    router = MISSING if answer is None else str(answer.responder)
    match stop.cause:
        case StopCause.SILENCE:
            after = "" if answer is None else f" after {router}"
            return f"nothing answers{after}{towards}"
        case StopCause.HOP_LIMIT:
            hops = MISSING if stop.hop_limit is None else counted(stop.hop_limit, "hop")
            return f"not reached within {hops}"
        case StopCause.REFUSED:
            said = MISSING if answer is None else answer.reaction.value
            detail = f" ({answer.detail})" if answer is not None and answer.detail else ""
            return f"{router} says {said}{detail}{towards}"
        case StopCause.LOOP:
            return f"goes round in a loop, back at {router}{towards}"
        case StopCause.INTERRUPTED:
            return "interrupted"


def _towards(executed: int, result: TraceResult) -> str:
    """The SID that the probe was on its way to; the destination after the last one."""
    if executed == len(result.segments):
        return f", on the way to the destination {result.destination}"
    active = result.segments[executed]
    return f", on the way to SID {executed + 1} of {len(result.segments)}, {active}"
