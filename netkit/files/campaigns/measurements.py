"""What a campaign file measures: selectors of sites, and how probes are sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from ipaddress import AddressValueError, IPv6Address
from typing import Any

from netkit.errors import did_you_mean
from netkit.files.campaigns.selectors import SELECTOR_KEYS, read_selector
from netkit.files.reading.yaml_sections import Section
from netkit.files.reading.yaml_values import Value
from netkit.model.measurement.campaign_file import BACKUP, IGP, PRIMARY, Measurement, Schedule
from netkit.model.planning.tier import Scope
from netkit.model.units import NS_PER_MS

SCHEDULE_KEYS = (
    "count", "interval_ms", "spacing", "timeout_ms", "request_bytes", "dscp", "path", "return_path",
)  # fmt: skip
_WAYS = (IGP, PRIMARY, BACKUP)
_MAX_COUNT = 1_000_000
_MAX_MS = 3_600_000
_LEAST_REQUEST, _MOST_REQUEST, _TLV_HEADER = 72, 9000, 4
_MAX_DSCP = 63
_MAX_SEGMENTS = 16
_NAME = re.compile(r"[^\s,/]{1,63}")


class Spacing(StrEnum):
    """How the gaps between probes are."""

    PERIODIC = "periodic"
    POISSON = "poisson"


def read_measurements(
    root: Section, usual: Schedule, scope: Scope | None, sites: Sequence[str] | None
) -> tuple[Measurement, ...]:
    """All of ``measure``; what an item does not say is as ``usual``.

    ``sites`` are the names that there are, None where they are the nodes of a topology.
    """
    found = []
    for section in root.sections("measure"):
        section.allow("name", "scope", *SELECTOR_KEYS, *SCHEDULE_KEYS)
        name = section.text("name", _NAME, "a name without space , or /", required=False)
        own_scope = section.choice("scope", Scope, required=False)
        schedule = read_schedule(section, usual)
        selector = read_selector(section, sites)
        if selector is not None:
            found.append(
                Measurement(selector, schedule, name or "main", own_scope or scope, section.line)
            )
    if "measure" in root and not found and not root.findings.any_problem:
        root.problem("measure", "at least one item")
    return tuple(found)


def read_schedule(section: Section, usual: Schedule) -> Schedule:
    """How probes are sent, as far as ``section`` says; the rest is ``usual``."""
    interval_ms = section.number("interval_ms", low=1, high=_MAX_MS, required=False)
    timeout_ms = section.number("timeout_ms", low=1, high=_MAX_MS, required=False)
    spacing = section.choice("spacing", Spacing, required=False)
    given: dict[str, Any] = {
        "count": section.integer("count", low=1, high=_MAX_COUNT, required=False),
        "interval_ns": None if interval_ms is None else round(interval_ms * NS_PER_MS),
        "poisson": None if spacing is None else spacing is Spacing.POISSON,
        "timeout_ns": None if timeout_ms is None else round(timeout_ms * NS_PER_MS),
        "request_bytes": _request_bytes(section),
        "dscp": section.integer("dscp", low=0, high=_MAX_DSCP, required=False),
        "path": _way(section, "path"),
        "return_path": _way(section, "return_path"),
    }
    return replace(usual, **{key: value for key, value in given.items() if value is not None})


def _request_bytes(section: Section) -> int | None:
    """Between the bare request and one with padding lies a gap: a TLV has a header."""
    value = section.get("request_bytes")
    if value is None:
        return None
    size = value.integer(low=_LEAST_REQUEST, high=_MOST_REQUEST)
    if size is not None and _LEAST_REQUEST < size < _LEAST_REQUEST + _TLV_HEADER:
        value.refuse(f"{_LEAST_REQUEST}, or at least {_LEAST_REQUEST + _TLV_HEADER}")
    return size


def _way(section: Section, key: str) -> str | tuple[str, ...] | None:
    """One of the words, or a list of SIDs."""
    value = section.get(key)
    if value is None:
        return None
    if value.is_list:
        return _sids(value)
    word = value.text()
    if word is not None and word not in _WAYS:
        value.refuse(
            "one of " + ", ".join(_WAYS) + " or a list of SIDs", remedy=did_you_mean(word, _WAYS)
        )
        return None
    return word


def _sids(value: Value) -> tuple[str, ...] | None:
    items = value.items()
    if not 0 < len(items) <= _MAX_SEGMENTS:
        value.refuse(f"1 to {_MAX_SEGMENTS} SIDs")
        return None
    found = []
    for item in items:
        try:
            found.append(str(IPv6Address(item.text() or "")))
        except AddressValueError:
            item.refuse("an IPv6 address (a SID)")
    return tuple(found)
