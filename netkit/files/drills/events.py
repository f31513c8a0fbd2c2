"""The events of a drill: what is cut, when, how often; an event that repeats is written out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from netkit.files.drills.clocks import names_of, read_clock_fault
from netkit.files.reading.yaml_sections import Section
from netkit.files.reading.yaml_values import Value
from netkit.model.drills.scenario import Ailment, ClockFault, Event, Strike, probe_count
from netkit.model.network.geo import Coordinates
from netkit.model.units import MS_PER_S, ms_to_us

_CUT_KEYS = (
    "link", "links", "node", "nodes", "srlg", "srlgs", "exchange", "exchanges", "earthquake",
    "flood", "random",
)  # fmt: skip
_AILMENT_KEYS = (
    "from", "delay_ms", "jitter_ms", "loss_percent", "loss_run", "duplicate_percent", "over_s",
)  # fmt: skip
_DEEDS = ("cut", "degrade", "clock", "restore")
_EVENT_KEYS = ("at_s", *_DEEDS, "for_s", "repeat", "every_s")
_AILS = ("delay_ms", "jitter_ms", "loss_percent", "duplicate_percent")
_MOST_REPEATS = 100
_MOST_MS = 1000
_LONGEST_RUN = 1000
_WIDEST_KM = 2000
_MOST_DRAWN = 1000


def read_events(root: Section, length_s: float | None, interval_ms: float) -> tuple[Event, ...]:
    """All events in order of time; what is wrong is noted, also an event after the last probe."""
    found = [event for section in root.sections("events") for event in _events(section)]
    if "events" in root and all(event.restores for event in found):
        root.problem("no event does anything", "at least one with cut:, degrade: or clock:")
    if length_s is not None:
        _check_end(root, found, length_s, interval_ms)
    found.sort(key=lambda event: event.at_s)
    for before, event in pairwise(found):
        if not before.restores and not event.restores:
            root.findings.problem(
                event.line, "an event while another one lasts", None,
                "restore: all or for_s between", "One event may name several things",
            )  # fmt: skip
    return tuple(found)


def _check_end(root: Section, events: Iterable[Event], length_s: float, interval_ms: float) -> None:
    """Of an event that comes later than that nothing would be seen."""
    last_s = (probe_count(length_s, interval_ms) - 1) * interval_ms / MS_PER_S
    late: dict[int | None, tuple[str, str]] = {}
    for event in events:
        if event.at_s >= length_s:
            late[event.line] = "an event after the end", f"before length_s: {length_s:g}"
        elif event.at_s >= last_s:
            late.setdefault(event.line, ("an event after the last probe", f"before {last_s:g} s"))
    for line, (what, before) in late.items():
        root.findings.problem(line, what, None, before)


def _events(section: Section) -> Iterator[Event]:
    section.allow(*_EVENT_KEYS)
    at_s = section.number("at_s", above=0) or 0.0
    for_s = section.number("for_s", above=0, required=False)
    every_s = section.number("every_s", above=0, required=False)
    times = section.integer("repeat", low=1, high=_MOST_REPEATS, required=False) or 1
    if sum(key in section for key in _DEEDS) != 1:
        section.problem("an event", "cut:, degrade:, clock: or restore: all, one of them")
    if "restore" in section:
        section.expect("restore", "all")
        yield Event(at_s, None, section.line)
        return
    if ("repeat" in section) != ("every_s" in section):
        section.problem("an event that repeats", "repeat: and every_s:, both of them")
    if for_s is not None and every_s is not None and for_s >= every_s:
        section.problem(f"for_s: {for_s:g}", "less than every_s")
    strike, ailment, clock = _done_to(section)
    if ailment is not None and for_s is not None and ailment.over_s > for_s:
        section.problem(f"over_s: {ailment.over_s:g}", "no longer than for_s")
    for round_ in range(times):
        start_s = at_s + round_ * (every_s or 0.0)
        yield Event(start_s, strike, section.line, ailment, clock)
        if for_s is not None:
            yield Event(start_s + for_s, None, section.line)


def _done_to(section: Section) -> tuple[Strike | None, Ailment | None, ClockFault | None]:
    clock = section.section("clock", required=False)
    if clock is not None:
        return None, None, read_clock_fault(clock)
    degrade = section.section("degrade", required=False)
    if degrade is not None:
        return read_strike(degrade, _AILMENT_KEYS), read_ailment(degrade), None
    cut = section.section("cut", required=False)
    return Strike() if cut is None else read_strike(cut), None, None


def read_strike(section: Section, more_keys: tuple[str, ...] = ()) -> Strike:
    """What one event hits; the mapping may have ``more_keys``."""
    section.allow(*_CUT_KEYS, *more_keys)
    if not any(key in section for key in _CUT_KEYS):
        section.problem("an event that hits nothing", "one of " + ", ".join(_CUT_KEYS))
    if "earthquake" in section and "flood" in section:
        section.problem("earthquake and flood", "one of them; another event for the other")
    along, radius_km = _area(section)
    return Strike(
        names_of(section, "link"), names_of(section, "node"), names_of(section, "srlg"),
        names_of(section, "exchange"), along, radius_km,
        section.integer("random", low=1, high=_MOST_DRAWN, required=False) or 0,
    )  # fmt: skip


def read_ailment(section: Section) -> Ailment:
    """What a grey failure does to the links that it hits."""
    delay_ms, jitter_ms = (
        section.number(key, above=0, high=_MOST_MS, required=False) or 0.0
        for key in ("delay_ms", "jitter_ms")
    )
    loss, duplicate = (
        (section.number(key, above=0, high=100, required=False) or 0.0) / 100
        for key in ("loss_percent", "duplicate_percent")
    )
    run = section.number("loss_run", low=1, high=_LONGEST_RUN, required=False)
    over_s = section.number("over_s", above=0, required=False) or 0.0
    _check_ailment(section, loss, run)
    headend = section.text("from", required=False)
    return Ailment(headend, ms_to_us(delay_ms), ms_to_us(jitter_ms), loss, run, duplicate, over_s)


def _check_ailment(section: Section, loss: float, run: float | None) -> None:
    if not any(key in section for key in _AILS):
        section.problem("a link that is degraded in nothing", "one of " + ", ".join(_AILS))
    if run is not None and (not loss or (loss < 1 and loss / (run * (1 - loss)) > 1)):
        section.problem(
            f"loss_run: {run:g} at a loss of {100 * loss:g} %",
            "a loss_percent, and runs so long that what comes between them is one packet or more",
        )


def _area(section: Section) -> tuple[tuple[Coordinates, ...], float]:
    quake = section.section("earthquake", required=False)
    if quake is not None:
        quake.allow("at", "radius_km")
        at = quake.get("at", required=True)
        place = None if at is None else _place(at)
        radius_km = quake.number("radius_km", above=0, high=_WIDEST_KM) or 0.0
        return (() if place is None else (place,)), radius_km
    flood = section.section("flood", required=False)
    if flood is None:
        return (), 0.0
    flood.allow("along", "width_km")
    points = [_place(value) for value in flood.items("along")]
    if "along" in flood and len(points) < 2:
        flood.problem("along", "at least two places, [latitude, longitude] each")
    width_km = flood.number("width_km", above=0, high=_WIDEST_KM) or 0.0
    return tuple(point for point in points if point is not None), width_km / 2


def _place(value: Value) -> Coordinates | None:
    items = value.items()
    if len(items) != 2:
        value.refuse("[latitude, longitude] in degrees")
        return None
    lat, lon = items[0].number(low=-90, high=90), items[1].number(low=-180, high=180)
    return None if lat is None or lon is None else Coordinates(lat, lon)
