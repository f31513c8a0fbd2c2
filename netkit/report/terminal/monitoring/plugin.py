"""A check as the one line of a Nagios plug-in: status, text, and performance data.

The form is that of the Monitoring Plugins Development Guidelines: ``STATUS: text | perfdata``, each
datum ``'label'=value[unit];warn;crit;min;max``, in seconds. Thresholds are those of the tier.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from netkit.errors import ExitCode, counted, printable
from netkit.model.units import NS_PER_S, ns_to_ms
from netkit.model.verdict import Verdict
from netkit.monitor.checks import Check, CheckedDirection, loses

_STATUS = {
    ExitCode.OK: "OK",
    ExitCode.DEGRADED: "WARNING",
    ExitCode.BREACH: "CRITICAL",
    ExitCode.UNKNOWN: "UNKNOWN",
}
_WORST_FIRST = (Verdict.BREACH, Verdict.UNKNOWN, Verdict.INCONCLUSIVE, Verdict.PASS)
_MOST_DIRECTIONS = 8
"""Above, performance data are those of the whole: a line has its limits."""


def plugin_line(asked: str, found: Check) -> str:
    """The whole line, without its end."""
    text = f"NETKIT {_STATUS[found.code]}: {_clean(_text(asked, found))}"
    data = " ".join(_data(found))
    return f"{text} | {data}" if data else text


def failed_line(why: str) -> str:
    """The line where nothing could be looked at."""
    return f"NETKIT UNKNOWN: {_clean(why)}"


def _text(asked: str, found: Check) -> str:
    if not found.directions:
        return f"{asked}: nothing is stored"
    worst = min(found.directions, key=partial(_rank, found))
    kept = sum(one.verdict is Verdict.PASS for one in found.directions)
    whole = f"{asked}: {kept} of {counted(len(found.directions), 'direction')} pass"
    left = ""
    if found.left:
        left = f"; {counted(len(found.left), 'flow')} not measured any more"
    if found.code is ExitCode.OK and len(found.directions) > 1:
        return f"{whole}; least margin {_direction(worst)}{left}"
    return f"{whole}; {_direction(worst)}{left}"


def _rank(found: Check, one: CheckedDirection) -> tuple[int, float, float]:
    """The worst is the least: by verdict, then by loss where that is why, then by margin."""
    margin_ns = float("inf") if one.margin_ns is None else one.margin_ns
    lost = one.unanswered if one.lost is None else one.lost
    told = (lost or 0.0) if loses(one, found.options) else 0.0
    return _WORST_FIRST.index(one.verdict), -told, margin_ns


def _direction(one: CheckedDirection) -> str:
    key = one.key
    ends = (key.src, key.dst) if one.direction == "forward" else (key.dst, key.src)
    name = f"{ends[0]} to {ends[1]} ({key.campaign}/{key.flow})"
    if one.stale:
        age_s = one.age_ns / NS_PER_S
        old = f"{age_s:.0f} s old" if age_s >= 0 else "of a time that has not come yet"
        return f"{name}: the last window is {old}, {one.stale_after_ns / NS_PER_S:.0f} s allowed"
    if one.unsent is not None:
        return f"{name}: {one.verdict}, {one.unsent}"
    figure = "no delay known" if one.p99_ns is None else f"p99 {ns_to_ms(one.p99_ns):.3f} ms"
    bound = "no bound" if one.bound_ns is None else f"bound {ns_to_ms(one.bound_ns):g} ms"
    return f"{name}: {one.verdict}, {figure}{_plus_minus(one)}, {bound}{_loss(one)}"


def _plus_minus(one: CheckedDirection) -> str:
    if one.uncertainty_ns is None:
        return ", clocks bound nothing"
    return f" ± {ns_to_ms(one.uncertainty_ns):.3f} ms"


def _loss(one: CheckedDirection) -> str:
    if one.lost is None and one.unanswered:
        return f", {one.unanswered:.2%} without an answer"
    return f", {one.lost:.2%} lost" if one.lost else ""


def _data(found: Check) -> Iterator[str]:
    if len(found.directions) <= _MOST_DIRECTIONS:
        campaigns = len({one.key.campaign for one in found.directions}) > 1
        several = campaigns or len({one.key.flow for one in found.directions}) > 1
        several |= len({(one.key.src, one.key.dst) for one in found.directions}) > 1
        for one in found.directions:
            label = _label(one, campaigns=campaigns) if several else one.direction
            yield from _of_direction(one, label, found)
    for verdict in Verdict:
        count = sum(one.verdict is verdict for one in found.directions)
        yield f"{verdict}={count};;;0;{len(found.directions)}"


def _label(one: CheckedDirection, *, campaigns: bool) -> str:
    """Of several flows each has its own: of two of one name their campaigns tell them apart."""
    key = one.key
    flow = f"{key.campaign}/{key.flow}" if campaigns else key.flow
    return f"{key.src}~{key.dst}/{flow} {one.direction}"


def _of_direction(one: CheckedDirection, label: str, found: Check) -> Iterator[str]:
    if one.p99_ns is not None:
        yield f"{_quoted(label, 'p99')}={one.p99_ns / NS_PER_S:.9f}s;{_thresholds(one, found)};0;"
    if one.uncertainty_ns is not None:
        yield f"{_quoted(label, 'uncertainty')}={one.uncertainty_ns / NS_PER_S:.9f}s;;;0;"
    if one.lost is not None:
        most = found.options.warn_loss_percent
        yield f"{_quoted(label, 'loss')}={one.lost * 100:.4f}%;{most:g};;0;100"
    elif one.unanswered is not None:
        yield f"{_quoted(label, 'unanswered')}={one.unanswered * 100:.4f}%;;;0;100"
    age_s, limit_s = one.age_ns / NS_PER_S, one.stale_after_ns / NS_PER_S
    yield f"{_quoted(label, 'age')}={age_s:.0f}s;;{limit_s:.0f};;"


def _thresholds(one: CheckedDirection, found: Check) -> str:
    """Of the range that is good: ``warn;crit``, from 0 (Development Guidelines, range format)."""
    if one.bound_ns is None:
        return ";"
    warn_ns = one.bound_ns * (100 - found.options.warn_margin_percent) / 100
    return f"{warn_ns / NS_PER_S:.9g};{one.bound_ns / NS_PER_S:.9g}"


def _quoted(label: str, figure: str) -> str:
    clean = _clean(f"{label} {figure}").replace("=", "-").replace("'", "")
    return f"'{clean}'"


def _clean(text: str) -> str:
    """On one line, without the bar that begins performance data."""
    return printable(text).replace("|", "/")
