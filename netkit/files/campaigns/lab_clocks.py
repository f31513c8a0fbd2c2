"""The clock of a site: who holds it in the field, and how wrong it is in the lab."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from netkit.files.reading.yaml_sections import Section, section_of
from netkit.model.measurement.campaign import ClockKind
from netkit.model.measurement.host_clock import ClockSet, HostClock
from netkit.model.units import NS_PER_MS, NS_PER_S, PPB

_KEYS = ("offset_ms", "drift_ppm", "steps", "claims", "bound_ms")
_MOST_MS = 86_400_000
_MOST_PPM = 1000
_MOST_S = 86_400
_PPM = 1_000_000


def read_clock(site: Section) -> tuple[ClockKind, HostClock | None]:
    """Who holds it, and the clock that it has in the lab: None where only a word is said."""
    value = site.get("clock")
    if value is None or not value.is_mapping:
        return site.choice("clock", ClockKind, required=False) or ClockKind.DISCIPLINED, None
    section = section_of(value)
    return (ClockKind.FREE_RUNNING, None) if section is None else _lab_clock(section)


def _lab_clock(section: Section) -> tuple[ClockKind, HostClock]:
    section.allow(*_KEYS)
    offset_ms = section.number("offset_ms", low=-_MOST_MS, high=_MOST_MS, required=False)
    drift_ppm = section.number("drift_ppm", low=-_MOST_PPM, high=_MOST_PPM, required=False)
    claims = section.choice("claims", ClockKind, required=False) or ClockKind.FREE_RUNNING
    bound_ms = section.number("bound_ms", low=0, high=_MOST_MS, required=False)
    if claims is ClockKind.DISCIPLINED and "bound_ms" not in section:
        section.problem("a clock that claims to be held", "bound_ms: how far off it is at most")
    if claims is ClockKind.FREE_RUNNING and "bound_ms" in section:
        section.problem(
            "bound_ms of a clock that nobody holds", "claims: disciplined",
            "Leave bound_ms out, or have it claim that it is held",
        )  # fmt: skip
    return claims, HostClock(
        round((offset_ms or 0) * NS_PER_MS),
        round((drift_ppm or 0) * (PPB // _PPM)),
        tuple(_steps(section)),
        None if bound_ms is None else math.ceil(bound_ms * NS_PER_MS),
    )


def _steps(section: Section) -> Iterator[ClockSet]:
    """In order of time, each of them something."""
    found = []
    for one in section.sections("steps", required=False):
        one.allow("at_s", "by_ms")
        at_s = one.number("at_s", low=0, high=_MOST_S)
        by_ms = one.number("by_ms", low=-_MOST_MS, high=_MOST_MS)
        if by_ms == 0:
            one.problem("a step of 0 ms", "by how much the clock is set, such as -200")
        if at_s is not None and by_ms is not None:
            found.append((one, ClockSet(round(at_s * NS_PER_S), round(by_ms * NS_PER_MS))))
    for (_, before), (one, step) in pairwise(found):
        if step.at_ns <= before.at_ns:
            one.problem("a step that is not after the one before", "steps in order of time")
    yield from (step for _, step in found)
