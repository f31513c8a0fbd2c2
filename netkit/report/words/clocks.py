"""What no clocks explain, and what shows that clocks are not what they claim to be."""

from __future__ import annotations

from netkit.language.words import counted, marked, say
from netkit.model.measurement.refutation import ClockStep, OffsetGuess, Refutation, RefutationCause
from netkit.model.units import NS_PER_S, ns_to_ms
from netkit.report.words.units import MISSING
from netkit.stats.clocks.clock_bounds import Contradiction, Step
from netkit.stats.clocks.doubts import DoubtCause, PairDoubt
from netkit.stats.clocks.stamp_checks import Rule

_YEAR_S = 31_557_600
_HOUR_S = 3600
_GUESSES = {
    OffsetGuess.TAI: marked("TAI instead of UTC?"),
    OffsetGuess.GPS: marked("GPS time instead of UTC?"),
    OffsetGuess.LOCAL_TIME: marked("local time instead of UTC?"),
    OffsetGuess.NEVER_SET: marked("never set?"),
}
_BROKEN = {
    Rule.T3_BEFORE_T2: marked("with T3 before T2"),
    Rule.INSIDE_LONGER: marked("longer inside the reflector than away (T3 - T2 over T4 - T1)"),
    Rule.OTHER_FORMAT: marked("with stamps in the other format than their Z flag says"),
    Rule.SPANS_STEP: marked("under way while the clock of this host was set"),
}
_WAYS = {"": MISSING, "forward": marked("forward"), "backward": marked("backward")}
_WHOSE = {"sender": marked("sender"), "reflector": marked("reflector")}


def contradiction_text(found: Contradiction) -> str:
    """The constraints of a cycle, and by how much they miss."""
    steps = ", ".join(map(_step, found.steps))
    return say("{steps}: together {ns} ns faster than light", steps=steps, ns=found.shortfall_ns)


def _step(step: Step) -> str:
    if step.src is None or step.dst is None:
        return say("stated clock error of {site}", site=step.dst or step.src)
    return f"{step.src} → {step.dst}"


def refutation_text(found: Refutation) -> str:
    """Why no verdict rests on these clocks, and what one of them looks like."""
    reason = _refutation(found)
    if found.ahead_ns is None:
        return reason
    return reason + say("; the reflector's clock is {offset}",
                        offset=offset_text(found.ahead_ns, found.guess))  # fmt: skip


def _refutation(found: Refutation) -> str:
    shown = f"{ns_to_ms(found.shown_ns or 0):.3f} ms"
    match found.cause:
        case RefutationCause.OTHER_FORMAT:
            return say("timestamps in the other format than their Z flag says")
        case RefutationCause.DELAY_BELOW_ERROR:
            limit = f"{ns_to_ms(found.error_ns):g} ms"
            return say("a {way} delay of {delay}, and the clocks claim to be within {limit}",
                       way=say(_WAYS[found.way or ""]), delay=shown, limit=limit)  # fmt: skip
        case RefutationCause.IMPOSSIBLE:
            return say("stamps of one probe contradict each other by {delay}", delay=shown)
        case RefutationCause.STEP:
            return shown if found.step is None else step_text(found.step)
        case RefutationCause.MOVED:
            return say("within the run they moved against each other by {delay} and more",
                       delay=shown)  # fmt: skip
        case RefutationCause.COARSE:
            return say("all stamps of the reflector are whole multiples of {delay}", delay=shown)


def offset_text(ahead_ns: int, guess: OffsetGuess | None) -> str:
    """How far a clock is ahead or behind, and what that looks like."""
    seconds = abs(ahead_ns) / NS_PER_S
    match guess:
        case OffsetGuess.NEVER_SET:
            size = say("{count} years", count=f"{seconds / _YEAR_S:.0f}")
        case OffsetGuess.LOCAL_TIME:
            size = f"{seconds / _HOUR_S:.4g} h"
        case _:
            size = f"{seconds:.0f} s" if seconds >= 1 else f"{ns_to_ms(abs(ahead_ns)):.3f} ms"
    where = say("about {size} ahead" if ahead_ns > 0 else "about {size} behind", size=size)
    return where if guess is None else where + say(": ") + say(_GUESSES[guess])


def step_text(step: ClockStep) -> str:
    """Whose clock was set when, and by how much."""
    size = f"{ns_to_ms(step.step_ns):+.3f} ms"
    return say("the {whose}'s clock was set by {size} before probe {probe}",
               whose=say(_WHOSE[step.clock]), size=size, probe=step.probe)  # fmt: skip


def broken_text(rule: Rule, count: int) -> str:
    """How many probes broke a rule, and which."""
    probes = counted(count, "probe")
    return say("{probes} {broken}: in no figure", probes=probes, broken=say(_BROKEN[rule]))


def doubt_text(doubt: PairDoubt) -> str:
    """Why nothing between two sites is certain."""
    match doubt.cause:
        case DoubtCause.IMPOSSIBLE_STAMPS:
            reason = say("stamps that cannot all be true")
        case DoubtCause.JUMP:
            jump = f"{ns_to_ms(doubt.jump_ns or 0):.3f}"
            reason = say("a clock jumped by about {ms} ms", ms=jump)
        case DoubtCause.ROUND_TRIP:
            reason = say("probes whose two ways cannot make up their own round trip")
    return say("{src} and {dst}: {reason}", src=doubt.src, dst=doubt.dst, reason=reason)
