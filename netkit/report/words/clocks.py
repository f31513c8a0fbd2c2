"""What no clocks explain, and what shows that clocks are not what they claim to be."""

from __future__ import annotations

from netkit.errors import counted
from netkit.model.measurement.refutation import ClockStep, OffsetGuess, Refutation, RefutationCause
from netkit.model.units import NS_PER_S, ns_to_ms
from netkit.stats.clocks.clock_bounds import Contradiction, Step
from netkit.stats.clocks.doubts import DoubtCause, PairDoubt
from netkit.stats.clocks.stamp_checks import Rule

_YEAR_S = 31_557_600
_HOUR_S = 3600
_GUESSES = {
    OffsetGuess.TAI: "TAI instead of UTC?",
    OffsetGuess.GPS: "GPS time instead of UTC?",
    OffsetGuess.LOCAL_TIME: "local time instead of UTC?",
    OffsetGuess.NEVER_SET: "never set?",
}
_BROKEN = {
    Rule.T3_BEFORE_T2: "with T3 before T2",
    Rule.INSIDE_LONGER: "longer inside the reflector than away (T3 - T2 over T4 - T1)",
    Rule.OTHER_FORMAT: "with stamps in the other format than their Z flag says",
    Rule.SPANS_STEP: "under way while the clock of this host was set",
}


def contradiction_text(found: Contradiction) -> str:
    """The constraints of a cycle, and by how much they miss."""
    steps = ", ".join(map(_step, found.steps))
    return f"{steps}: together {found.shortfall_ns} ns faster than light"


def _step(step: Step) -> str:
    if step.src is None or step.dst is None:
        return f"stated clock error of {step.dst or step.src}"
    return f"{step.src} → {step.dst}"


def refutation_text(found: Refutation) -> str:
    """Why no verdict rests on these clocks, and what one of them looks like."""
    reason = _refutation(found)
    if found.ahead_ns is None:
        return reason
    return f"{reason}; the reflector's clock is {offset_text(found.ahead_ns, found.guess)}"


def _refutation(found: Refutation) -> str:
    shown = f"{ns_to_ms(found.shown_ns or 0):.3f} ms"
    match found.cause:
        case RefutationCause.OTHER_FORMAT:
            return "timestamps in the other format than their Z flag says"
        case RefutationCause.DELAY_BELOW_ERROR:
            limit = f"{ns_to_ms(found.error_ns):g} ms"
            return f"a {found.way} delay of {shown}, and the clocks claim to be within {limit}"
        case RefutationCause.IMPOSSIBLE:
            return f"stamps of one probe contradict each other by {shown}"
        case RefutationCause.STEP:
            return shown if found.step is None else step_text(found.step)


def offset_text(ahead_ns: int, guess: OffsetGuess | None) -> str:
    """How far a clock is ahead or behind, and what that looks like."""
    where = "ahead" if ahead_ns > 0 else "behind"
    seconds = abs(ahead_ns) / NS_PER_S
    match guess:
        case OffsetGuess.NEVER_SET:
            size = f"{seconds / _YEAR_S:.0f} years"
        case OffsetGuess.LOCAL_TIME:
            size = f"{seconds / _HOUR_S:.4g} h"
        case _:
            size = f"{seconds:.0f} s" if seconds >= 1 else f"{ns_to_ms(abs(ahead_ns)):.3f} ms"
    told = "" if guess is None else f": {_GUESSES[guess]}"
    return f"about {size} {where}{told}"


def step_text(step: ClockStep) -> str:
    """Whose clock was set when, and by how much."""
    size = f"{ns_to_ms(step.step_ns):+.3f} ms"
    return f"the {step.clock}'s clock was set by {size} before probe {step.probe}"


def broken_text(rule: Rule, count: int) -> str:
    """How many probes broke a rule, and which."""
    return f"{counted(count, 'probe')} {_BROKEN[rule]}: in no figure"


def doubt_text(doubt: PairDoubt) -> str:
    """Why nothing between two sites is certain."""
    match doubt.cause:
        case DoubtCause.IMPOSSIBLE_STAMPS:
            reason = "stamps that cannot all be true"
        case DoubtCause.JUMP:
            reason = f"a clock jumped by about {ns_to_ms(doubt.jump_ns or 0):.3f} ms"
        case DoubtCause.ROUND_TRIP:
            reason = "probes whose two ways cannot make up their own round trip"
    return f"{doubt.src} and {doubt.dst}: {reason}"
