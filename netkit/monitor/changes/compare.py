"""Every flow of two spans of time compared: before and now, way by way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from netkit.model.measurement.window import Window
from netkit.model.monitoring.alarm import Way
from netkit.monitor.changes.figures import least_delays, losses, mean_over_least
from netkit.monitor.changes.judge import USUAL, Said, Sensitivity, judge_losses, judge_shift
from netkit.monitor.locate.evidence import LossCount, Quantity, Shift, Statement
from netkit.stats.windows.joined import joined_sessions

FEWEST_BEFORE = 5
"""Windows that a baseline takes to tell how much it varies."""


class Why(StrEnum):
    """Why nothing can be said of a flow."""

    FEW_BEFORE = "few_before"
    NONE_NOW = "none_now"
    CLOCKS = "clocks"
    NOT_COUNTED = "not_counted"
    TOO_COARSE = "too_coarse"


@dataclass(frozen=True, slots=True, order=True)
class FlowKey:
    """A session: from the site of the Session-Sender to that of the Session-Reflector."""

    src: str
    dst: str
    flow: str


@dataclass(frozen=True, slots=True)
class FlowChange:
    """What is said of one way of one flow; ``why`` is there where it is unknown."""

    key: FlowKey
    way: Way
    statement: Statement
    seen: Shift | LossCount | None = None
    why: Why | None = None


Series = dict[FlowKey, list[Window]]


def by_flow(windows: Iterable[Window]) -> Series:
    """Windows of each session in order of time, what both ends saw of one joined.

    A time of which the sender said nothing is one without a window, whatever the reflector saw.
    """
    found: Series = {}
    for one in joined_sessions(windows):
        if one.key.observer != one.key.src:
            continue
        found.setdefault(FlowKey(one.key.src, one.key.dst, one.key.flow), []).append(one)
    return found


def compare(
    before: Series,
    now: Series,
    quantity: Quantity,
    sensitivity: Sensitivity = USUAL,
    moved: Collection[str] = (),
) -> tuple[FlowChange, ...]:
    """Each way of each flow that is in either span, in order of flows. What a flow's delays or
    their variation say one way is unknown where the clock of an end is among those that ``moved``.

    The round trip is there only where one of the ways is unknown for its clocks, or because nobody
    counted which way probes were lost: it then says something of both ways together, and never of
    a half.
    """
    found: list[FlowChange] = []
    for key in sorted(before.keys() | now.keys()):
        spans = before.get(key, []), now.get(key, [])
        both = (Way.FORWARD, Way.BACKWARD)
        if quantity is not Quantity.LOSS and not {key.src, key.dst}.isdisjoint(moved):
            ways = [FlowChange(key, way, Statement.UNKNOWN, None, Why.CLOCKS) for way in both]
        else:
            ways = [_change(key, way, quantity, sensitivity, *spans) for way in both]
        if any(one.why in (Why.CLOCKS, Why.NOT_COUNTED) for one in ways):
            ways.append(_change(key, Way.ROUND_TRIP, quantity, sensitivity, *spans))
        found += ways
    return tuple(found)


def _change(
    key: FlowKey,
    way: Way,
    quantity: Quantity,
    sensitivity: Sensitivity,
    before: Sequence[Window],
    now: Sequence[Window],
) -> FlowChange:
    said = (
        _loss(before, now, way, sensitivity)
        if quantity is Quantity.LOSS
        else _shift(before, now, way, quantity, sensitivity)
    )
    if isinstance(said, Why):
        return FlowChange(key, way, Statement.UNKNOWN, None, said)
    why = Why.TOO_COARSE if said[0] is Statement.UNKNOWN else None
    return FlowChange(key, way, *said, why)


def _shift(
    before: Sequence[Window],
    now: Sequence[Window],
    way: Way,
    quantity: Quantity,
    sensitivity: Sensitivity,
) -> Said | Why:
    figures = least_delays if quantity is Quantity.DELAY else mean_over_least
    then, current = figures(before, way), figures(now, way)
    if then is None or current is None:
        return Why.CLOCKS
    if len(then.values_ns) < FEWEST_BEFORE:
        return Why.FEW_BEFORE
    if not current.values_ns:
        return Why.NONE_NOW
    doubt_ns = then.doubt_ns + current.doubt_ns
    return judge_shift(then.values_ns, current.values_ns, doubt_ns, sensitivity.of(quantity))


def _loss(
    before: Sequence[Window], now: Sequence[Window], way: Way, sensitivity: Sensitivity
) -> Said | Why:
    if len(before) < FEWEST_BEFORE:
        return Why.FEW_BEFORE
    if not now:
        return Why.NONE_NOW
    then, current = losses(before, way), losses(now, way)
    if then is None or current is None:
        return Why.NOT_COUNTED
    return judge_losses(then, current, sensitivity.loss)
