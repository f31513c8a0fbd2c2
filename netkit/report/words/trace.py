"""Why a trace went no further."""

from __future__ import annotations

from netkit.language.words import counted, say
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
            if answer is None:
                return say("nothing answers") + towards
            return say("nothing answers after {router}", router=router) + towards
        case StopCause.HOP_LIMIT:
            hops = MISSING if stop.hop_limit is None else counted(stop.hop_limit, "hop")
            return say("not reached within {hops}", hops=hops)
        case StopCause.REFUSED:
            said = MISSING if answer is None else answer.reaction.value
            detail = f" ({answer.detail})" if answer is not None and answer.detail else ""
            return say("{router} says {said}", router=router, said=said + detail) + towards
        case StopCause.LOOP:
            return say("goes round in a loop, back at {router}", router=router) + towards
        case StopCause.INTERRUPTED:
            return say("interrupted")


def _towards(executed: int, result: TraceResult) -> str:
    """The SID that the probe was on its way to; the destination after the last one."""
    if executed == len(result.segments):
        return say(", on the way to the destination {node}", node=result.destination)
    active = result.segments[executed]
    return say(", on the way to SID {number} of {count}, {sid}",
               number=executed + 1, count=len(result.segments), sid=active)  # fmt: skip
