"""Stamps against what the clocks at both ends claim of themselves: do the claims hold?

Clocks that together are within u of each other cannot show a one-way delay below -u, cannot jump by
more than 2u, and cannot break a rule of :mod:`stamp_checks` by more than that. If they do, what was
claimed is refuted, and no one-way verdict rests on it: both directions are inconclusive, with the
reason and, where the size of the lie is a well-known one, the guess.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from netkit.model.units import NS_PER_MS, NS_PER_S, NS_PER_US, ns_to_ms
from netkit.stats.clocks.stamp_checks import OTHER_FORMAT, Checked, Stamps, check_stamps
from netkit.stats.clocks.steps import StepFinder
from netkit.stats.delay import Nanoseconds
from netkit.stats.sample_arrays import UNKNOWN

LEAST_STEP_NS = 100 * NS_PER_US
"""Smaller jumps of the reflector's clock are not told from noise."""

DRIFT_PPM = 600.0
"""What two clocks may gain on each other without a step: adjtimex slews by 500, crystals by 50."""

_NEAR_NS = NS_PER_S // 2
_QUARTER_HOUR_S = 900
_FARTHEST_ZONE_S = 14 * 3600
_KNOWN_S = {37: "TAI instead of UTC?", 18: "GPS time instead of UTC?"}
_LONG_AGO_S = 20 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class ClockStep:
    """``clock`` (``sender`` or ``reflector``) was set by ``step_ns`` before ``probe`` was sent."""

    clock: str
    probe: int
    step_ns: int


@dataclass(frozen=True)
class StampEvidence:
    """What the stamps of a run say about clocks, before any claim.

    ``broken`` counts by rule the probes whose stamps cannot all be true; they are in no figure.
    ``excess_ns`` is how far a rule was broken at most. ``least_ns`` are the least delays forward
    and backward among the rest, None of none.
    """

    broken: Mapping[str, int] = field(default_factory=dict)
    excess_ns: int = 0
    steps: tuple[ClockStep, ...] = ()
    least_ns: tuple[int | None, int | None] = (None, None)

    @property
    def own_steps(self) -> tuple[ClockStep, ...]:
        """Those of the sender's clock, which it has seen itself."""
        return tuple(step for step in self.steps if step.clock == "sender")

    @property
    def guess(self) -> str | None:
        """What the difference between the clocks looks like, if it looks like anything known."""
        if self.broken.get(OTHER_FORMAT):
            return "timestamps in the other format than their Z flag says"
        return known_offset(*self.least_ns)

    def refuted(self, uncertainty_us: float) -> str | None:
        """Why clocks that claim to be within ``uncertainty_us`` cannot be; None if they can."""
        reason = self._against(uncertainty_us * NS_PER_US)
        if reason is None or self.guess is None:
            return reason
        return f"{reason}; {self.guess}"

    def _against(self, error_ns: float) -> str | None:
        if math.isinf(error_ns):
            return None
        if self.broken.get(OTHER_FORMAT):
            return f"{self.broken[OTHER_FORMAT]} probes have stamps of another epoch"
        for name, least_ns in zip(("forward", "backward"), self.least_ns, strict=True):
            if least_ns is not None and least_ns < -error_ns:
                return (
                    f"a {name} delay of {ns_to_ms(least_ns):.3f} ms is below the"
                    f" {ns_to_ms(-error_ns):g} ms that the clocks may be off"
                )
        if self.excess_ns > 2 * error_ns:
            return f"stamps contradict each other by {ns_to_ms(self.excess_ns):.3f} ms"
        worst = max(self.steps, key=lambda step: abs(step.step_ns), default=None)
        if worst is not None and abs(worst.step_ns) > 2 * error_ns:
            return (
                f"the {worst.clock}'s clock jumped by {ns_to_ms(worst.step_ns):+.3f} ms"
                f" before probe {worst.probe}"
            )
        return None


def known_offset(forward_ns: int | None, backward_ns: int | None) -> str | None:
    """By how much the reflector is ahead, if light allows no doubt that it is, and what that is."""
    if forward_ns is None or backward_ns is None or min(forward_ns, backward_ns) >= 0:
        return None
    ahead_ns = (forward_ns - backward_ns) // 2
    return f"the reflector's clock is {_offset(ahead_ns)}"


def _offset(ahead_ns: int) -> str:
    where = "ahead" if ahead_ns > 0 else "behind"
    seconds = abs(ahead_ns) / NS_PER_S
    whole = round(seconds)
    near = abs(abs(ahead_ns) - whole * NS_PER_S) < _NEAR_NS
    if near and whole in _KNOWN_S and ahead_ns > 0:
        return f"about {whole} s ahead: {_KNOWN_S[whole]}"
    if seconds > _LONG_AGO_S:
        return f"about {seconds / 31_557_600:.0f} years {where}: never set?"
    quarters = round(seconds / _QUARTER_HOUR_S)
    if quarters and abs(seconds - quarters * _QUARTER_HOUR_S) < 1 and seconds <= _FARTHEST_ZONE_S:
        return f"about {quarters / 4:g} h {where}: local time instead of UTC?"
    if seconds >= 1:
        return f"about {seconds:.0f} s {where}"
    return f"about {abs(ahead_ns) / NS_PER_MS:.3f} ms {where}"


class EvidenceFinder:
    """Feed it probes in sending order, some at a time; then ask for :meth:`evidence`."""

    def __init__(self) -> None:
        self._broken: Counter[str] = Counter()
        self._excess_ns = 0
        self._steps: list[ClockStep] = []
        self._finder = StepFinder(DRIFT_PPM)
        self._set_ns = 0
        self._least_ns: dict[str, int | None] = {"forward": None, "backward": None}

    def add(self, sequences: Nanoseconds, stamps: Stamps) -> Checked:
        """Go on with these, and say which of them may be believed. O(n)."""
        checked = check_stamps(stamps)
        self._broken.update(checked.broken)
        self._excess_ns = max(self._excess_ns, checked.excess_ns)
        self._own_steps(sequences, stamps.set_ns)
        good = stamps.chosen(checked.believed)
        self._see("forward", good.t1, good.t2)
        self._see("backward", good.t3, good.t4)
        self._far_steps(sequences[checked.believed], good)
        return checked

    def evidence(self) -> StampEvidence:
        """What has been found so far."""
        return StampEvidence(
            dict(self._broken),
            self._excess_ns,
            tuple(sorted(self._steps, key=lambda step: step.probe)),
            (self._least_ns["forward"], self._least_ns["backward"]),
        )

    def _see(self, way: str, start: Nanoseconds, end: Nanoseconds) -> None:
        known = (start != UNKNOWN) & (end != UNKNOWN)
        if known.any():
            least, before = int((end[known] - start[known]).min()), self._least_ns[way]
            self._least_ns[way] = least if before is None else min(before, least)

    def _own_steps(self, sequences: Nanoseconds, set_ns: Nanoseconds) -> None:
        if not set_ns.size:
            return
        moved = np.diff(set_ns, prepend=self._set_ns)
        self._set_ns = int(set_ns[-1])
        for at in np.flatnonzero(moved).tolist():
            self._steps.append(ClockStep("sender", int(sequences[at]), int(moved[at])))

    def _far_steps(self, sequences: Nanoseconds, stamps: Stamps) -> None:
        """Steps of the reflector's clock: against this host's, as if it had never been set."""
        known = np.logical_and.reduce(
            [column != UNKNOWN for column in (stamps.t1, stamps.t2, stamps.t3, stamps.t4)]
        )
        whole, numbers = stamps.chosen(known), sequences[known]
        sent_ns, back_ns = whole.t1 - whole.set_ns, whole.t4 - whole.set_ns
        before = len(self._finder.jumps)
        start = self._finder.seen
        self._finder.add(sent_ns, whole.t2 - sent_ns, back_ns - whole.t3, LEAST_STEP_NS)
        for jump in self._finder.jumps[before:]:
            probe = int(numbers[jump.at - start])
            self._steps.append(ClockStep("reflector", probe, jump.step_ns))


def evidence_of(sequences: Nanoseconds, stamps: Stamps) -> tuple[StampEvidence, Checked]:
    """All at once, of probes in sending order."""
    finder = EvidenceFinder()
    checked = finder.add(sequences, stamps)
    return finder.evidence(), checked
