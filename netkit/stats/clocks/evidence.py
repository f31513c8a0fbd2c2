"""Stamps against what the clocks at both ends claim of themselves: do the claims hold?

Clocks that together are within u of each other cannot show a one-way delay below -u, cannot jump by
more than 2u, and cannot break a rule of :mod:`stamp_checks` by more than that. One that by itself
is within less cannot be set by more than twice that. Nor can a stamp of the reflector lie more than
u before T1 or after T4, also where its other stamp is missing. If they do, what was claimed is
refuted, and no one-way verdict rests on it: both directions are inconclusive, with the cause and,
where the size of the lie is a well-known one, the guess. A clock that runs away is found so however
slowly it does. And one whose stamps are whole multiples of a grain is not within less than that.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from netkit.model.measurement.clock import CRYSTAL_DRIFT_PPM
from netkit.model.measurement.refutation import ClockStep, Refutation, RefutationCause
from netkit.model.units import NS_PER_US
from netkit.stats.clocks.grain import GrainFinder
from netkit.stats.clocks.stamp_checks import Checked, Rule, Stamps, check_stamps
from netkit.stats.clocks.steps import StepFinder, idle_ns
from netkit.stats.delay import Nanoseconds
from netkit.stats.sample_arrays import UNKNOWN

LEAST_STEP_NS = 100 * NS_PER_US
"""Smaller jumps of the reflector's clock are not told from noise."""

_SOME = 10
"""Fewer probes may all have waited alike."""

DRIFT_PPM = 600.0
"""What two clocks may gain on each other without a step: adjtimex slews by 500, crystals by 50."""


@dataclass(frozen=True)
class StampEvidence:
    """What the stamps of a run say about clocks, before any claim.

    ``broken`` counts by rule the probes whose stamps cannot all be true; they are in no figure.
    ``excess_ns`` is how far a rule was broken at most. ``least_ns`` are the least delays forward
    and backward among the rest, None of none. ``outside_ns`` is how far a stamp of the reflector
    lay before its probe was sent or after it came back, at most. ``moved_ns`` is how far the clocks
    as they read moved against each other in all, at least, and ``grain_ns`` what all stamps of the
    reflector are whole multiples of, 0 of none. ``far_step_ns`` is by how much its clock jumped at
    once, at least.
    """

    broken: Mapping[Rule, int] = field(default_factory=dict)
    excess_ns: int = 0
    steps: tuple[ClockStep, ...] = ()
    least_ns: tuple[int | None, int | None] = (None, None)
    outside_ns: int = 0
    moved_ns: int = 0
    grain_ns: int = 0
    far_step_ns: int = 0

    @property
    def own_steps(self) -> tuple[ClockStep, ...]:
        """Those of the sender's clock, which it has seen itself."""
        return tuple(step for step in self.steps if step.clock == "sender")

    @property
    def ahead_ns(self) -> int | None:
        """How far ahead the reflector's clock is, about, where a delay is negative; else None."""
        forward_ns, backward_ns = self.least_ns
        if forward_ns is None or backward_ns is None or min(forward_ns, backward_ns) >= 0:
            return None
        return (forward_ns - backward_ns) // 2

    def refuted(self, uncertainty_us: float, own_us: float | None = None) -> Refutation | None:
        """Why clocks that claim to be within ``uncertainty_us`` cannot be; None if they can.

        ``own_us`` of it are this host's; None where it is not known whose they are.
        """
        error_ns = uncertainty_us * NS_PER_US
        if math.isinf(error_ns):
            return None
        if self.broken.get(Rule.OTHER_FORMAT):
            return Refutation(RefutationCause.OTHER_FORMAT, error_ns)
        for way, least_ns in zip(("forward", "backward"), self.least_ns, strict=True):
            if least_ns is not None and least_ns < -error_ns:
                cause = RefutationCause.DELAY_BELOW_ERROR
                return Refutation(cause, error_ns, least_ns, way, ahead_ns=self.ahead_ns)
        if self.excess_ns > 2 * error_ns:
            return Refutation(RefutationCause.IMPOSSIBLE, error_ns, self.excess_ns)
        if self.outside_ns > error_ns:
            return Refutation(RefutationCause.IMPOSSIBLE, error_ns, self.outside_ns)
        own_ns, far_ns = error_ns, error_ns
        if own_us is not None and own_us <= uncertainty_us:
            own_ns = own_us * NS_PER_US
            far_ns = error_ns - own_ns
        step = self._step_beyond(error_ns, own_ns, far_ns)
        if step is not None:
            return Refutation(RefutationCause.STEP, error_ns, step.step_ns, step=step)
        if self.moved_ns > 2 * error_ns:
            return Refutation(RefutationCause.MOVED, error_ns, self.moved_ns)
        if self.grain_ns > error_ns:
            return Refutation(RefutationCause.COARSE, error_ns, self.grain_ns)
        return None

    def _step_beyond(self, error_ns: float, own_ns: float, far_ns: float) -> ClockStep | None:
        """The largest step by which a clock cannot have been as good as was claimed, before it and
        after."""
        own = [step for step in self.own_steps if abs(step.step_ns) > 2 * own_ns]
        far = [step for step in self.steps if step.clock != "sender"]
        if self.far_step_ns <= 2 * far_ns:
            far = [step for step in far if abs(step.step_ns) > 2 * error_ns]
        return max((*own, *far), key=lambda step: abs(step.step_ns), default=None)

    def with_own_steps(self, steps: Sequence[ClockStep]) -> StampEvidence:
        """The same, with those that this host has seen of its clock itself: one at the very end
        shows in no stamp that is believed."""
        if not steps:
            return self
        far = (step for step in self.steps if step.clock != "sender")
        return replace(self, steps=tuple(sorted((*steps, *far), key=lambda step: step.probe)))


class EvidenceFinder:
    """Feed it probes in sending order, some at a time; then ask for :meth:`evidence`.

    Without ``steps`` it looks for none: a few probes at a time are too few to tell them from noise.
    Of ``few`` it finds those only that no waiting looks like.
    """

    def __init__(self, *, steps: bool = True, few: bool = False) -> None:
        self._look_for_steps, self._few = steps, few
        self._broken: Counter[Rule] = Counter()
        self._excess_ns = 0
        self._steps: list[ClockStep] = []
        self._finder = StepFinder(DRIFT_PPM)
        self._set_ns = 0
        self._least_ns: dict[str, int | None] = {"forward": None, "backward": None}
        self._outside_ns = 0
        self._grain = GrainFinder()

    def add(self, sequences: Nanoseconds, stamps: Stamps) -> Checked:
        """Go on with these, and say which of them may be believed. O(n)."""
        checked = self.check(stamps)
        self.look_for_steps(sequences, stamps, checked)
        return checked

    def check(self, stamps: Stamps) -> Checked:
        """The first half of :meth:`add`; the other is :meth:`look_for_steps`."""
        checked = check_stamps(stamps)
        self._broken.update(checked.broken)
        self._excess_ns = max(self._excess_ns, checked.excess_ns)
        good = stamps.chosen(checked.believed)
        self._see("forward", good.t1, good.t2)
        self._see("backward", good.t3, good.t4)
        for early, late in ((good.t2, good.t4), (good.t1, good.t3)):
            known = (early != UNKNOWN) & (late != UNKNOWN)
            after_ns = int((early[known] - late[known]).max(initial=0))
            self._outside_ns = max(self._outside_ns, after_ns)
        self._grain.add(good)
        return checked

    def look_for_steps(self, sequences: Nanoseconds, stamps: Stamps, checked: Checked) -> None:
        """The other half, of the same stamps."""
        if self._look_for_steps:
            self._own_steps(sequences, stamps.set_ns)
            self._far_steps(sequences[checked.believed], stamps.chosen(checked.believed))

    def evidence(self) -> StampEvidence:
        """What has been found so far."""
        return StampEvidence(
            dict(self._broken),
            self._excess_ns,
            tuple(sorted(self._steps, key=lambda step: step.probe)),
            (self._least_ns["forward"], self._least_ns["backward"]),
            self._outside_ns,
            self._finder.moved_ns,
            self._grain.grain_ns,
            max((jump.least_ns for jump in self._finder.jumps), default=0),
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
        for probe, step_ns in _jumps(self._finder, sequences, stamps, few=self._few):
            self._steps.append(ClockStep("reflector", probe, step_ns))


def _jumps(
    finder: StepFinder, sequences: Nanoseconds, stamps: Stamps, *, few: bool = False
) -> Iterator[tuple[int, int]]:
    """The new jumps that a finder sees in these probes: before which, and by how much."""
    known = np.logical_and.reduce(
        [column != UNKNOWN for column in (stamps.t1, stamps.t2, stamps.t3, stamps.t4)]
    )
    whole, numbers = stamps.chosen(known), sequences[known]
    sent_ns, back_ns = whole.t1 - whole.set_ns, whole.t4 - whole.set_ns
    before, start = len(finder.jumps), finder.seen
    columns = sent_ns, whole.t2 - sent_ns, back_ns - whole.t3
    least_ns = LEAST_STEP_NS + (_unknown_wait_ns(columns[1] + columns[2]) if few else 0)
    finder.add(*columns, least_ns, whole.set_ns)
    for jump in finder.jumps[before:]:
        yield int(numbers[jump.at - start]), jump.step_ns


def _unknown_wait_ns(round_trips_ns: Nanoseconds) -> int:
    """What even the shortest of few round trips may contain of waiting: all of it, or where they
    are some, what they differ by. One way or the other of a larger step took less than no time."""
    if not round_trips_ns.size:
        return 0
    most_ns = max(0, idle_ns(round_trips_ns))
    some = round_trips_ns.size >= _SOME
    return min(most_ns, int(np.ptp(round_trips_ns))) if some else most_ns


def ran_apart_at(sequences: Nanoseconds, stamps: Stamps, *, few: bool = False) -> tuple[int, ...]:
    """The probes, believed ones in sending order, by which the clocks had moved against each other
    faster than two crystals do: certificates of windows take them to move no faster."""
    found = _jumps(StepFinder(2 * CRYSTAL_DRIFT_PPM), sequences, stamps, few=few)
    return tuple(probe for probe, _ in found)


def evidence_of(
    sequences: Nanoseconds, stamps: Stamps, *, few: bool = False
) -> tuple[StampEvidence, Checked]:
    """All at once, of probes in sending order."""
    finder = EvidenceFinder(few=few)
    checked = finder.add(sequences, stamps)
    return finder.evidence(), checked
