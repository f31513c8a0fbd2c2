"""What hosts made of a phase in which clocks of theirs went wrong, beside what was true."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.drills.scenario import ClockFault, DrillPhase


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the most of some delays, in µs; an end is None where nothing bounds it."""

    least_us: float | None
    most_us: float | None

    def holds(self, us: float) -> bool:
        """Whether it lies between the two."""
        above = self.least_us is None or self.least_us <= us
        return above and (self.most_us is None or us <= self.most_us)


@dataclass(frozen=True, slots=True)
class ClockedPhase:
    """One direction in a phase: the ``probes`` that came back, what the clocks of its hosts made of
    them, and what they were.

    ``figure_us`` is the true p99, or the maximum of under a hundred, None where a delay is not
    known; ``certain`` is where that certainly lies, whatever the clocks say, None where nothing is.
    """

    src: str
    dst: str
    phase: DrillPhase
    event: int
    probes: int
    measured: Span
    true: Span
    figure_us: float | None
    certain: Span | None

    @property
    def refuted(self) -> bool:
        """Whether the truth lies outside of what is said to be certain."""
        if self.certain is None or self.figure_us is None:
            return False
        return not self.certain.holds(self.figure_us)


@dataclass(frozen=True, slots=True)
class ClockVerdict:
    """What the hosts' own delays say of an event to their clocks: that those of ``clocks`` moved,
    by so many µs on average over the last third of the phase (None: by how much is not known), and
    that the round trips of ``slower`` pairs grew, which is the links' and no clock's. ``shown`` is
    False where nothing is said: no probe of those hosts came back before, or then."""

    event: int
    fault: ClockFault
    clocks: tuple[tuple[str, float | None], ...]
    slower: tuple[tuple[str, str], ...]
    shown: bool = True

    @property
    def named(self) -> frozenset[str]:
        """The hosts whose clocks are said to have moved."""
        return frozenset(host for host, _ in self.clocks)

    @property
    def wrong(self) -> bool:
        """Whether it puts the blame on other clocks alone."""
        return bool(self.named) and self.named.isdisjoint(self.fault.hosts)


@dataclass(frozen=True)
class ClocksOfDrill:
    """All that a drill shows of its clocks; ``read`` is every delay as the hosts had it, by
    direction: (when the probe left, in ms since the first one; its delay in µs)."""

    phases: tuple[ClockedPhase, ...]
    verdicts: tuple[ClockVerdict, ...]
    read: dict[tuple[str, str], tuple[tuple[float, float], ...]]

    @property
    def refuted(self) -> tuple[ClockedPhase, ...]:
        """Where a certified interval is without the truth."""
        return tuple(one for one in self.phases if one.refuted)

    @property
    def unshown(self) -> tuple[ClockVerdict, ...]:
        """The events of which hosts have nothing to say."""
        return tuple(one for one in self.verdicts if not one.shown)

    @property
    def contradicted(self) -> bool:
        """Whether such an interval, or what is blamed, is wrong."""
        return bool(self.refuted) or any(one.wrong for one in self.verdicts)
