"""What a campaign file measures: selectors of sites, and how probes are sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from ipaddress import AddressValueError, IPv6Address
from types import MappingProxyType
from typing import Any

from netkit.errors import did_you_mean
from netkit.files.campaigns.selectors import SELECTOR_KEYS, Known, read_selector
from netkit.files.reading.yaml_sections import Section
from netkit.files.reading.yaml_values import CONTROLS, Value
from netkit.model.measurement.campaign_file import BACKUP, IGP, PRIMARY, Measurement, Schedule
from netkit.model.planning.tier import Scope
from netkit.model.units import NS_PER_MS

SCHEDULE_KEYS = (
    "count", "interval_ms", "spacing", "timeout_ms", "request_bytes", "dscp", "path", "return_path",
)  # fmt: skip
SELECTOR = "selector"
"""Among the keys of a measurement that are unread: a part of its selector is."""

_WAYS = (IGP, PRIMARY, BACKUP)
_MAX_COUNT = 1_000_000
_MAX_MS = 3_600_000
_LEAST_REQUEST, _MOST_REQUEST, _TLV_HEADER = 72, 9000, 4
_MAX_DSCP = 63
_MAX_SEGMENTS = 16
_NAME = re.compile(rf"[^\s,/{CONTROLS}]{{1,63}}")
_NOTHING: Mapping[str, object] = MappingProxyType({})


class Spacing(StrEnum):
    """How the gaps between probes are."""

    PERIODIC = "periodic"
    POISSON = "poisson"


def read_measurements(
    root: Section, usual: Schedule, scope: Scope | None, sites: Known
) -> list[tuple[Measurement | None, int | None]]:
    """All of ``measure`` with its lines; what an item does not say is as ``usual``.

    None stands for one whose selector cannot be read. ``sites`` are the names that there are.
    """
    return [
        (_measurement(section, usual, scope, sites), section.line)
        for section in _items(root, "measure")
    ]


def _items(root: Section, key: str) -> list[Section]:
    value = root.get(key)
    if value is not None and value.is_empty_list:
        value.refuse("at least one item")
    return root.sections(key)


def _measurement(
    section: Section, usual: Schedule, scope: Scope | None, sites: Known
) -> Measurement | None:
    section.allow("name", "scope", *SELECTOR_KEYS, *SCHEDULE_KEYS)
    name = section.text("name", _NAME, "a name without space , or /", required=False)
    own_scope = section.choice("scope", Scope, required=False)
    schedule = read_schedule(section, usual, {"name": name, "scope": own_scope})
    before = section.findings.count
    selector = read_selector(section, sites)
    if selector is None:
        return None
    if section.findings.count > before:
        schedule = replace(schedule, unread=schedule.unread | {SELECTOR})
    return Measurement(selector, schedule, name or "main", own_scope or scope, section.line)


def read_schedule(
    section: Section, usual: Schedule, beside: Mapping[str, object] = _NOTHING
) -> Schedule:
    """How probes are sent, as far as ``section`` says; the rest is ``usual``.

    What cannot be read is in ``unread``, and so are keys ``beside`` those of a schedule whose value
    is None though they are there.
    """
    interval_ms = section.number("interval_ms", low=1, high=_MAX_MS, required=False)
    timeout_ms = section.number("timeout_ms", low=1, high=_MAX_MS, required=False)
    spacing = section.choice("spacing", Spacing, required=False)
    given: dict[str, Any] = {
        "count": section.integer("count", low=1, high=_MAX_COUNT, required=False),
        "request_bytes": _request_bytes(section),
        "dscp": section.integer("dscp", low=0, high=_MAX_DSCP, required=False),
        "path": _way(section, "path"),
        "return_path": _way(section, "return_path"),
    }
    read = {
        **given, **beside, "interval_ms": interval_ms, "timeout_ms": timeout_ms, "spacing": spacing
    }  # fmt: skip
    given["interval_ns"] = None if interval_ms is None else round(interval_ms * NS_PER_MS)
    given["timeout_ns"] = None if timeout_ms is None else round(timeout_ms * NS_PER_MS)
    given["poisson"] = None if spacing is None else spacing is Spacing.POISSON
    told = {key: value for key, value in given.items() if value is not None}
    return replace(usual, **told, unread=_unread(section, read, usual.unread))


def _unread(
    section: Section, read: Mapping[str, object], inherited: frozenset[str]
) -> frozenset[str]:
    """The keys whose value is not known: what is wrong here, or was where it is inherited from."""
    wrong = {key for key, value in read.items() if value is None and key in section}
    good = {key for key, value in read.items() if value is not None}
    return (inherited - good) | wrong | (section.misspelt & read.keys())


def _request_bytes(section: Section) -> int | None:
    """Between the bare request and one with padding lies a gap: a TLV has a header."""
    value = section.get("request_bytes")
    if value is None:
        return None
    size = value.integer(low=_LEAST_REQUEST, high=_MOST_REQUEST)
    if size is not None and _LEAST_REQUEST < size < _LEAST_REQUEST + _TLV_HEADER:
        value.refuse(f"{_LEAST_REQUEST}, or at least {_LEAST_REQUEST + _TLV_HEADER}")
        return None
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
    found = [_sid(item) for item in items]
    return None if None in found else tuple(sid for sid in found if sid is not None)


def _sid(item: Value) -> str | None:
    word = item.text()
    if word is None:
        return None
    try:
        return str(IPv6Address(word))
    except AddressValueError:
        item.refuse("an IPv6 address (a SID)")
        return None
