"""A window of one flow, made as its samples are decided: what the sender's end saw of it.

Samples come in order of their numbers, some at a time; none is kept but the last few, against which
the next ones are held: their delay variation (RFC 3393), their order (RFC 4737) and steps of the
reflector's clock. Probes whose stamps cannot be true are in no delay, and delays whose stamps were
not all taken by kernel or hardware are left out as soon as there are such. Those of probes that
came back after their timeout count like all others: a window has one row of delays, on which its
verdict, its certificate and what looks for faults all rest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.refutation import ClockStep
from netkit.model.measurement.return_path import without_other_ways
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import (
    RAN_APART,
    ClockState,
    DirectionWindow,
    PathInForce,
    Window,
    WindowKey,
    stamp_notes,
)
from netkit.model.units import ns_to_us
from netkit.model.verdict import worst
from netkit.stats.clocks.evidence import EvidenceFinder, evidence_of, ran_apart_at
from netkit.stats.clocks.stamp_checks import Stamps, check_stamps
from netkit.stats.loss import HEARD
from netkit.stats.running.reordering import StreamReordering
from netkit.stats.sample_arrays import OUTCOME_CODE, SAMPLES, OutcomeCount, members
from netkit.stats.windows.live_delays import DirectionDelays, RoundTrips, Terms

KEPT = 64
"""So many samples are carried from one part to the next, and from one window to the next."""

_ENOUGH = 32
"""Of fewer samples a step is hardly told from noise: they wait for more, or the window's end, and
show large ones only."""

_HEARD = members(OUTCOME_CODE[outcome] for outcome in HEARD)
_Rows = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Ends:
    """What is known of both ends beside the samples: bounds on their clocks, and what holds them.

    A bound is in ns and infinite where there is none. ``steps`` is how often the sender's was set,
    and ``set_ns`` by how much at most at once, also where no probe of the window was after it.
    """

    sender_error_ns: float = math.inf
    sender_source: SyncSource | None = None
    steps: int = 0
    reflector_error_ns: float = math.inf
    reflector_source: SyncSource | None = None
    set_ns: int = 0

    @property
    def sender_states_ns(self) -> float:
        """What the sender's clock states to be off at most, infinite if it was set by more than
        twice that: what it stated was not so, before or after."""
        beyond = self.set_ns > 2 * self.sender_error_ns
        return math.inf if beyond else self.sender_error_ns


@dataclass
class LiveWindow:
    """Feed it with :meth:`add`, then ask for the :meth:`window`; ``before`` are the samples that
    ended the window before, and :attr:`last` those that end this one."""

    before: _Rows = field(default_factory=lambda: np.zeros(0, SAMPLES))

    def __post_init__(self) -> None:
        self.last = self.before
        self._ended = OutcomeCount()
        self._dropped: Counter[Outcome] = Counter()
        self._evidence = EvidenceFinder(steps=False)
        self._steps: list[ClockStep] = []
        self._moved_ns = self._far_step_ns = 0
        self._ran_apart = False
        self._looked_to: int | None = int(self.last["sequence"][-1]) if len(self.last) else None
        self._order = StreamReordering()
        self._forward, self._backward = DirectionDelays("t1", "t2"), DirectionDelays("t3", "t4")
        self._round_trips = RoundTrips()
        self._copies = [0, 0]
        self._begin()

    def add(self, rows: _Rows, dropped: NDArray[np.bool_] | None = None) -> None:
        """Count these samples; ``dropped`` replies were lost in this host."""
        self._ended.add(rows)
        if dropped is not None and dropped.any():
            here = OutcomeCount()
            here.add(rows[dropped])
            self._dropped.update(here.outcomes)
        self._order.add(rows)
        joined = np.concatenate([self.last, rows])
        if np.count_nonzero(_HEARD[joined["outcome"]]) >= _ENOUGH:
            self._find_steps(joined)
        heard = rows[_HEARD[rows["outcome"]]]
        checked = self._evidence.add(heard["sequence"], Stamps.of_rows(heard))
        believed = heard if checked.believed.all() else heard[checked.believed]
        self._forward.add(believed, len(heard))
        self._backward.add(believed, len(heard))
        self._round_trips.add(believed)
        self._copies[0] += int(rows["forward_duplicates"].sum())
        self._copies[1] += int(rows["backward_duplicates"].sum())
        self.last = joined[-KEPT:]

    @property
    def outcomes(self) -> Mapping[Outcome, int]:
        """How many ended in which way."""
        return self._ended.outcomes

    def window(
        self,
        key: WindowKey,
        ends: Ends,
        *,
        bound_us: int | None = None,
        path: PathInForce | None = None,
        incomplete: bool = False,
        notes: Mapping[str, int] | None = None,
    ) -> Window:
        """What was seen; to be asked for once, at the end. A step that was seen refutes what the
        clocks claim, as it does for a whole session."""
        self._order.finish()
        if len(self.last) and self._looked_to != int(self.last["sequence"][-1]):
            self._find_steps(self.last)
        evidence = replace(
            self._evidence.evidence(),
            steps=(*self._steps, *self._set(ends.set_ns)),
            far_step_ns=self._far_step_ns, moved_ns=self._moved_ns,
        )  # fmt: skip
        error_ns = ends.sender_error_ns + ends.reflector_error_ns
        refuted = evidence.refuted(ns_to_us(error_ns), ns_to_us(ends.sender_error_ns))
        terms = Terms(error_ns, bound_us, refuted, sum(self._dropped.values()))
        forward, backward = self._directions(terms)
        far = sum(step.clock == "reflector" for step in self._steps)
        told = Counter(notes or {})
        unknown = max(way.unknown + way.beyond for way in (self._forward, self._backward))
        told.update(stamp_notes(evidence.broken.items(), unknown + terms.dropped))
        told.update({RAN_APART: int(self._ran_apart)})
        told.update({"stamps left out: not of the kernel": self._forward.left_out})
        window = Window(
            key, dict(self._ended.outcomes), forward, backward, self._round_trips.counts(),
            ClockState(ends.sender_source, _whole(ends.sender_states_ns), ends.steps),
            ClockState(ends.reflector_source, _whole(ends.reflector_error_ns), far),
            path or PathInForce(), bound_us, worst((forward.verdict, backward.verdict)),
            incomplete, terms.dropped, {word: n for word, n in sorted(told.items()) if n},
        )  # fmt: skip
        return without_other_ways(window)

    def _set(self, most_ns: int) -> tuple[ClockStep, ...]:
        """What the sender saw of its clock, whether or not samples of this window show it."""
        last = int(self.last["sequence"][-1]) if len(self.last) else 0
        return (ClockStep("sender", last, most_ns),) if most_ns else ()

    def _begin(self) -> None:
        """Learn from the samples before what the first of this window are held against."""
        if not len(self.before):
            return
        self._order.begin(self.before)
        heard = self.before[_HEARD[self.before["outcome"]]]
        believed = heard[check_stamps(Stamps.of_rows(heard)).believed]
        for way in (self._forward, self._backward):
            way.begin(believed)

    def _find_steps(self, joined: _Rows) -> None:
        """Those of either clock that these samples show, but for those that were looked at."""
        first, last = int(joined["sequence"][0]), int(joined["sequence"][-1])
        known = first if self._looked_to is None else self._looked_to
        self._looked_to = last
        # Its own are by all of them, as it was set before a flow began, and in an outage, as well.
        own = _own_steps(joined)
        joined = joined[_HEARD[joined["outcome"]]]
        few = len(joined) < _ENOUGH
        found, checked = evidence_of(joined["sequence"], Stamps.of_rows(joined), few=few)
        far = [step for step in found.steps if step.clock != "sender" and step.probe > known]
        self._steps += [*far, *(step for step in own if step.probe > known)]
        if far:
            self._far_step_ns = max(self._far_step_ns, found.far_step_ns)
        self._moved_ns = max(self._moved_ns, found.moved_ns)
        if found.moved_ns:
            good = joined[checked.believed]
            apart = ran_apart_at(good["sequence"], Stamps.of_rows(good), few=few)
            self._ran_apart |= any(probe > known for probe in apart)

    def _directions(self, terms: Terms) -> tuple[DirectionWindow, DirectionWindow]:
        """A count is None where some loss may belong to either direction."""
        ended = self._ended.outcomes
        lost_there = ended[Outcome.LOST_FORWARD]
        lost_back = ended[Outcome.LOST_BACKWARD] - self._dropped[Outcome.LOST_BACKWARD]
        known = ended[Outcome.LOST] == self._dropped[Outcome.LOST]
        sent = sum(ended.values()) - ended[Outcome.NOT_SENT]
        came = sum(ended[one] for one in (Outcome.RECEIVED, Outcome.DUPLICATE, Outcome.LATE))
        reached = came + lost_back + terms.dropped
        order = (self._order.forward, self._order.backward)
        behind = [0 if one is None else one.reordered for one in order]
        forward = self._forward.window(
            terms, sent=sent, received=reached if known else None,
            lost=lost_there if known else None, duplicates=self._copies[0], reordered=behind[0],
        )  # fmt: skip
        backward = self._backward.window(
            terms, sent=reached if known else None, received=came,
            lost=lost_back if known else None, duplicates=self._copies[1], reordered=behind[1],
        )  # fmt: skip
        return forward, backward


def _own_steps(rows: _Rows) -> Iterator[ClockStep]:
    """By how much the sender's clock was set between two of these."""
    moved_ns = np.diff(rows["clock_set_ns"])
    for at in np.flatnonzero(moved_ns).tolist():
        yield ClockStep("sender", int(rows["sequence"][at + 1]), int(moved_ns[at]))


def _whole(error_ns: float) -> int | None:
    return None if math.isinf(error_ns) else math.ceil(error_ns)
