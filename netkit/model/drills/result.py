"""What packets showed in a drill, direction by direction and phase by phase, beside the plan.

Moments are ms since the first probe; delays are one-way, in µs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from netkit.model.drills.clocked import ClocksOfDrill
from netkit.model.drills.scenario import Ailment, DrillPhase
from netkit.model.planning.survival import Carrier
from netkit.model.verdict import Verdict

TOLERANCE_US = 300
"""By how much packets may be slower than a certificate before they contradict it."""


class Contradiction(StrEnum):
    """How packets can show that a certificate is wrong."""

    LOST = "lost"
    SLOWER = "slower"
    STRAYED = "strayed"


@dataclass(frozen=True, slots=True)
class Certified:
    """What the plan says of a phase: ``worst_us`` over all branches, None where packets are lost;
    ``carrier`` is what the headend steers by."""

    verdict: Verdict
    worst_us: int | None
    carrier: Carrier | None


@dataclass(frozen=True, slots=True)
class PhaseFigures:
    """The probes of one phase, after the event of that number (-1: before all).

    ``sent`` are those that left and were over while it lasted, from ``start_ms`` to ``end_ms``.
    ``worst_us`` is the slowest of them without what the emulation added, ``measured_us`` with it.
    ``strayed`` of them crossed a link that the certificate does not list, the first of which is
    ``stray_link``; ``looped`` crossed a link twice the same way. ``certified`` is None where
    nothing is promised. ``excused`` of the lost ones are so on links that are said to lose;
    ``duplicated`` were sent twice on their way. ``slow_after_ms``: when the first left that was
    over the tier, since the start of the phase.
    """

    phase: DrillPhase
    event: int
    start_ms: float
    end_ms: float
    sent: int
    lost: int
    looped: int
    least_us: float | None
    worst_us: float | None
    measured_us: float | None
    strayed: int
    stray_link: str | None
    lost_on: str | None
    certified: Certified | None
    verdict: Verdict
    excused: int = 0
    duplicated: int = 0
    slow_after_ms: float | None = None

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """How the probes contradict the certificate; it says the worst, so better is none."""
        certified = self.certified
        if certified is None or certified.worst_us is None or not self.sent:
            return ()
        slow = self.worst_us is not None and self.worst_us > certified.worst_us + TOLERANCE_US
        signs = (
            (Contradiction.LOST, self.lost > self.excused),
            (Contradiction.SLOWER, slow),
            (Contradiction.STRAYED, self.strayed > 0),
        )
        return tuple(what for what, seen in signs if seen)


@dataclass(frozen=True, slots=True)
class Outage:
    """Probes that were lost one after the other: the first left at ``start_ms``; ``length_ms`` is
    until one left that arrived, None if none did. ``after_cut_ms`` is from the cut to that one,
    ``ended_by`` the phase that was in force then."""

    start_ms: float
    length_ms: float | None
    lost: int
    after_cut_ms: float | None
    ended_by: DrillPhase | None


@dataclass(frozen=True)
class DirectionDrill:
    """One direction of a pair. ``hit``: a failure is on its primary. ``looped`` are probes that
    crossed a link twice the same way, ``looped_on`` one of these; ``between`` were under way while
    something changed.
    ``probes`` are (when it left, its delay in µs without what the emulation added, None if lost).
    """

    src: str
    dst: str
    bound_us: int
    hit: bool
    sent: int
    lost: int
    between: int
    looped: int
    phases: tuple[PhaseFigures, ...]
    outages: tuple[Outage, ...]
    probes: tuple[tuple[float, float | None], ...] = field(default=(), repr=False)
    looped_on: tuple[str, ...] = ()

    @property
    def contradicted(self) -> bool:
        """Whether any phase contradicts its certificate."""
        return any(phase.contradictions for phase in self.phases)

    def last_of(self, event: int) -> PhaseFigures | None:
        """The last phase after an event; None if it has none."""
        return next((one for one in reversed(self.phases) if one.event == event), None)

    @property
    def back(self) -> bool:
        """Whether all is as before at the end: the last phase lost nothing."""
        return bool(self.phases) and self.phases[-1].sent > 0 and not self.phases[-1].lost


@dataclass(frozen=True, slots=True)
class HappenedAt:
    """A phase that was brought about, from ``start_ms`` to ``done_ms``, and what it was."""

    phase: DrillPhase
    event: int
    start_ms: float
    done_ms: float
    directions: int | None = None


@dataclass(frozen=True, slots=True)
class Degraded:
    """Links that stay up and do worse."""

    links: tuple[str, ...]
    ailment: Ailment


@dataclass(frozen=True, slots=True)
class Reconvergence:
    """What an IGP did after an event: how many routers changed routes, the first ``first_ms`` and
    the last ``last_ms`` after it (None: none did). ``differences`` of their tables, over ``pairs``,
    from the planner's for what was left; None where they were not compared."""

    event: int
    routers: int
    first_ms: float | None
    last_ms: float | None
    pairs: int | None = None
    differences: tuple[str, ...] | None = None


@dataclass(frozen=True)
class DrillResult:
    """A whole drill: ``cut`` names what went, ``degraded`` what did worse, by the number of the
    event; ``clocks`` is None where nothing happened to any."""

    name: str
    title: str
    description: str
    topology: str
    profile: str
    igp: str
    backend: str
    length_ms: float
    interval_ms: float
    flows: int
    cut: Mapping[int, tuple[str, ...]]
    moments: tuple[HappenedAt, ...]
    directions: tuple[DirectionDrill, ...]
    not_emulated: tuple[str, ...] = field(default=())
    degraded: Mapping[int, Degraded] = field(default_factory=dict)
    reconvergences: tuple[Reconvergence, ...] = field(default=())
    clocks: ClocksOfDrill | None = None

    @property
    def contradicted(self) -> tuple[DirectionDrill, ...]:
        """The directions in which packets contradict the plan."""
        return tuple(one for one in self.directions if one.contradicted)

    @property
    def untested(self) -> tuple[tuple[DirectionDrill, PhaseFigures], ...]:
        """Phases in which packets are certified to arrive, and no probe was: nothing is shown of
        them. An outage is over before many can be, and is none of them; but of an event after which
        there was no probe at all, which was not tried, the last phase is one. Of clocks that went
        wrong nothing is shown either where none of their hosts' probes came back to be read."""
        unread = (
            {} if self.clocks is None else {v.event: v.fault.hosts for v in self.clocks.unshown}
        )
        tried = {phase.event for one in self.directions for phase in one.phases if phase.sent}
        return tuple(
            (one, phase)
            for one in self.directions
            for phase in one.phases
            if _untested(one, phase, tried)
            or (
                phase.phase is DrillPhase.DEGRADED
                and not {one.src, one.dst}.isdisjoint(unread.get(phase.event, ()))
            )
        )

    @property
    def verdict(self) -> Verdict:
        """Do packets, and tables of real IS-IS, bear out the plan, and the truth what netkit makes
        of clocks? Breach: one contradicts it; unknown: a phase had no probe."""
        if self.contradicted or any(one.differences for one in self.reconvergences):
            return Verdict.BREACH
        if self.clocks is not None and self.clocks.contradicted:
            return Verdict.BREACH
        return Verdict.UNKNOWN if self.untested or not self.directions else Verdict.PASS


def _untested(one: DirectionDrill, phase: PhaseFigures, tried: Collection[int]) -> bool:
    """Whether it is a phase of whose certificate no probe tells; ``tried`` are the events after
    which there was one."""
    if phase.sent:
        return False
    certified = phase.certified is not None and phase.certified.worst_us is not None
    if certified and phase.phase is not DrillPhase.OUTAGE:
        return True
    return phase.event not in tried and phase is one.last_of(phase.event)
