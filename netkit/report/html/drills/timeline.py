"""The picture of one direction of a drill: phases over time, every probe, the tier, what was lost.

Only geometry; ``drill.html.j2`` draws it. Lengths are in the units of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from netkit.language.words import say
from netkit.model.drills.result import DirectionDrill, PhaseFigures
from netkit.model.drills.scenario import DrillPhase
from netkit.model.units import MS_PER_S, us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.drill_words import phase_word
from netkit.report.words.units import bound_text

WIDTH, HEIGHT = 1060, 210
_LEFT, _RIGHT, _TOP, _BOTTOM, _LOST_AT = 64, 16, 34, 164, 178
_STEPS = (1, 2, 5)
_HEADROOM = 1.15
_TICKS = 8
_NAME_ROWS = 25, 39
"""Where names of phases stand: in the second row where the first has no room."""

_CELL, _NAME_GAP = 7.0, 5.0
_MOST_READ = 2


@dataclass(frozen=True, slots=True)
class Band:
    """A phase: a stretch of the picture, its name and where that stands, if it has room, and how
    the tier fared."""

    x: float
    width: float
    name: str
    mood: str
    certified_y: float | None
    name_y: float = _NAME_ROWS[0]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Picture:
    """``good``, ``slow`` and ``lost`` are the probes as one path each: dots within the tier, over
    it, and those that never arrived; ``read`` what clocks that were wrong made of them."""

    bands: tuple[Band, ...]
    tier_y: float
    tier: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    good: str
    slow: str
    lost: str
    read: str = ""


def picture_of(
    one: DirectionDrill, length_ms: float, read: Sequence[tuple[float, float]] = ()
) -> Picture:
    """The picture of a direction, ``length_ms`` of it; ``read`` is what its hosts measured by
    clocks that were wrong, as (ms since the first probe, µs)."""
    scale = _Scale(one, length_ms, read)
    dots = {True: [], False: []}  # type: dict[bool, list[str]]
    lost = []
    for at_ms, delay_us in one.probes:
        if delay_us is None:
            lost.append(f"M{scale.x(at_ms):.1f} {_LOST_AT}v10")
        else:
            place = f"M{scale.x(at_ms):.1f} {scale.y(delay_us):.1f}h0"
            dots[delay_us <= one.bound_us].append(place)
    return Picture(
        tuple(_bands(one, scale)), scale.y(one.bound_us),
        say("tier {bound} ms", bound=bound_text(us_to_ms(one.bound_us))),
        tuple(scale.across()), tuple(scale.up()),
        "".join(dots[True]), "".join(dots[False]), "".join(lost),
        "".join(f"M{scale.x(at_ms):.1f} {scale.y(us):.1f}h0"
                for at_ms, us in read if 0 <= us <= scale.most_us),
    )  # fmt: skip


class _Scale:
    """From ms and µs to places; what a clock made more of than twice the tier has none."""

    def __init__(
        self, one: DirectionDrill, length_ms: float, read: Sequence[tuple[float, float]]
    ) -> None:
        delays = [delay_us for _, delay_us in one.probes if delay_us is not None]
        delays += [delay_us for _, delay_us in read if delay_us <= _MOST_READ * one.bound_us]
        certified = (phase.certified for phase in one.phases)
        worst = [known.worst_us for known in certified if known is not None and known.worst_us]
        self.most_us = max([one.bound_us, *delays, *worst]) * _HEADROOM
        self._length_ms = length_ms

    def x(self, at_ms: float) -> float:
        share = min(max(at_ms / self._length_ms, 0.0), 1.0)
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(self, delay_us: float) -> float:
        return _BOTTOM - delay_us / self.most_us * (_BOTTOM - _TOP)

    def across(self) -> Iterator[Tick]:
        for second in _round(self._length_ms / MS_PER_S):
            yield Tick(self.x(second * MS_PER_S), f"{second:g} s")

    def up(self) -> Iterator[Tick]:
        for delay_ms in _round(us_to_ms(self.most_us), 4):
            yield Tick(self.y(delay_ms * 1000), f"{delay_ms:g}")


def _round(most: float, ticks: int = _TICKS) -> Iterator[float]:
    """Round values from 0 up to ``most``, about so many."""
    power = 0.001
    while True:
        step = next((step * power for step in _STEPS if most / (step * power) <= ticks), None)
        if step is not None:
            break
        power *= 10
    yield from (round(step * number, 6) for number in range(int(most / step + 1e-9) + 1))


def _bands(one: DirectionDrill, scale: _Scale) -> Iterator[Band]:
    free = dict.fromkeys(_NAME_ROWS, 0.0)
    for phase in one.phases:
        x, end = scale.x(phase.start_ms), scale.x(phase.end_ms)
        worst_us = None if phase.certified is None else phase.certified.worst_us
        y = None if worst_us is None else scale.y(worst_us)
        name = phase_word(phase.phase)
        until = x + _NAME_GAP + _CELL * cell_len(name)
        row = next((row for row, taken in free.items() if taken <= x and until <= WIDTH), None)
        if row is not None:
            free[row] = until
        shown = "" if row is None else name
        yield Band(x, max(0.0, end - x), shown, mood(phase), y, row or _NAME_ROWS[0])


def mood(phase: PhaseFigures) -> str:
    """``good`` within the tier, ``bad`` over it or lost, ``quiet`` where nothing was sent."""
    if phase.phase is DrillPhase.OUTAGE and phase.lost:
        return "bad"
    return {Verdict.PASS: "good", Verdict.BREACH: "bad"}.get(phase.verdict, "quiet")
