"""Windows: what one end saw of one flow in a stretch of time; what is stored, merged and judged.

A session of STAMP (RFC 8762) has two ends. Its sender sees both directions, its reflector what
arrived; each end keeps windows of its own of the same session, and they are joined when they are
read. Nothing here is estimated: delays are differences of stamps as the two clocks gave them, and
``clocks`` says how far these can be off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter

from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.sample import NO_ANSWER, Outcome
from netkit.model.verdict import Verdict

DELAY_RELATIVE_ERROR = 0.001
"""Of the delays and round trips of windows that are kept: 20 µs of 20 ms; see docs/store.md."""

IPDV_RELATIVE_ERROR = 0.05
"""Of their delay variation, which spans many more powers of ten and takes more room."""


@dataclass(frozen=True, slots=True, order=True)
class WindowKey:
    """Which window. ``observer`` is the site that saw it: ``src`` (Session-Sender) or ``dst``.

    ``flow`` is the name of the flow within its pair. ``start_ns`` is UTC and a multiple of
    ``length_ns``: a probe belongs to the window in which it was sent.
    """

    campaign: str
    observer: str
    src: str
    dst: str
    flow: str
    start_ns: int
    length_ns: int


DISPUTED = "the ends disagree"
"""Noted of a window whose ends cannot have seen the same probes: its sender's account stands."""

UNKNOWN_DELAYS = "delays unknown: stamps missing, impossible or poor, or replies dropped here"
"""Noted of a window with how many of its delays that is so, in the direction with more of them. Of
delays that lack kernel stamps those count that seem to be longer than all that have them."""

RAN_APART = "the clocks ran apart faster than crystals do"
"""Noted of a window in which somebody slewed one of them, or it is no crystal's."""

_IMPOSSIBLE = "impossible stamps: "

_COUNT = itemgetter(1)


def stamp_notes(broken: Iterable[tuple[str, int]], unknown: int) -> dict[str, int]:
    """What a window notes of its stamps: by rule how many probes broke it, and how many delays are
    ``unknown`` in one direction."""
    told = {f"{_IMPOSSIBLE}{rule}": count for rule, count in broken}
    return told | ({UNKNOWN_DELAYS: unknown} if unknown else {})


@dataclass(frozen=True, slots=True)
class DelayCounts:
    """Counts of delays in ns by the buckets of a DDSketch, as a value (see ``stats.running``).

    ``positive`` and ``negative`` are ``(bucket, count)`` in rising order of the bucket number.
    Minimum, maximum and sum are exact; minimum and maximum are None of no values.
    """

    relative_error: float
    zeros: int = 0
    positive: tuple[tuple[int, int], ...] = ()
    negative: tuple[tuple[int, int], ...] = ()
    min_ns: int | None = None
    max_ns: int | None = None
    sum_ns: int = 0

    @property
    def count(self) -> int:
        """How many delays were counted."""
        of_buckets: Iterable[int] = map(_COUNT, chain(self.positive, self.negative))
        return self.zeros + sum(of_buckets)


@dataclass(frozen=True, slots=True)
class DirectionWindow:
    """One direction. A count is None where this end cannot know it: missing is not zero.

    ``ipdv`` holds signed differences of successive delays (RFC 3393). ``uncertainty_ns`` is how far
    a delay can be off by what both clocks claim; None where one of them bounds nothing. A
    certificate of the mesh (docs/clocks.md) leaves the interval of the least delay in
    ``certified_ns``, low and high, whatever the clocks.
    """

    sent: int | None = None
    received: int | None = None
    lost: int | None = None
    duplicates: int = 0
    reordered: int = 0
    delay: DelayCounts | None = None
    ipdv: DelayCounts | None = None
    uncertainty_ns: int | None = None
    certified_ns: tuple[int, int] | None = None
    verdict: Verdict = Verdict.UNKNOWN


@dataclass(frozen=True, slots=True)
class ClockState:
    """What one end said of its clock; ``max_error_ns`` is None if nothing bounds it.

    ``steps`` counts how often it was set in the window.
    """

    source: SyncSource | None = None
    max_error_ns: int | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True)
class PathInForce:
    """Which path the probes were sent over: a plan by its digest, a segment list by its name."""

    plan: str | None = None
    segment_list: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """What ``key.observer`` saw of one flow in one window.

    ``outcomes`` counts every probe once (``sent`` is their sum); a reflector leaves it empty.
    ``forward`` is from ``key.src`` to ``key.dst``. ``incomplete`` windows were begun late or broken
    off. ``dropped_here`` packets, replies at the sender and requests at the reflector, were lost in
    the observer's host after they had arrived. ``notes`` counts what else happened, such as
    refusals, by their words. ``round_ns`` is how often the rounds come that it is of, as their
    campaign says; None of an agent's, of what is rolled up, and where nobody knows.
    """

    key: WindowKey
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    forward: DirectionWindow = DirectionWindow()
    backward: DirectionWindow = DirectionWindow()
    round_trip: DelayCounts | None = None
    sender_clock: ClockState = ClockState()
    reflector_clock: ClockState = ClockState()
    path: PathInForce = PathInForce()
    bound_us: int | None = None
    verdict: Verdict = Verdict.UNKNOWN
    incomplete: bool = False
    dropped_here: int = 0
    notes: Mapping[str, int] = field(default_factory=dict)
    round_ns: int | None = None

    @property
    def unknown_delays(self) -> int:
        """How many delays are not known, in the direction with more of them."""
        return self.notes.get(UNKNOWN_DELAYS, 0)

    @property
    def ran_apart(self) -> bool:
        """Whether its clocks moved against each other faster than two crystals do."""
        return RAN_APART in self.notes

    @property
    def impossible_stamps(self) -> bool:
        """Whether some stamps cannot all be true: then some clock was set, or lies."""
        return any(word.startswith(_IMPOSSIBLE) for word in self.notes)

    @property
    def probes(self) -> int | None:
        """How many probes set out; None of a reflector, which cannot know."""
        if self.key.observer != self.key.src:
            return None
        return sum(self.outcomes.values()) - self.outcomes.get(Outcome.NOT_SENT, 0)

    @property
    def unanswered(self) -> int | None:
        """How many of :attr:`probes` had no answer, whichever way they were lost."""
        if self.key.observer != self.key.src:
            return None
        return sum(self.outcomes.get(one, 0) for one in NO_ANSWER)


@dataclass(frozen=True, slots=True)
class WindowSelection:
    """Which windows are asked for; None is any. ``since_ns`` counts, ``until_ns`` does not.

    ``fresh_since_ns``: those that ended later, or before it by no more than they are long: of a
    flow that is measured all the time the last one is among them, however long it is.
    """

    campaign: str | None = None
    src: str | None = None
    dst: str | None = None
    flow: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None
    fresh_since_ns: int | None = None
