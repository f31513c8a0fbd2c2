"""The three resolutions that are kept: windows as they were measured, hours, and days of UTC."""

from __future__ import annotations

from enum import StrEnum

HOUR_NS = 3_600_000_000_000
DAY_NS = 24 * HOUR_NS


class Level(StrEnum):
    """By the names of their tables."""

    WINDOWS = "windows"
    HOURS = "hours"
    DAYS = "days"


def floor(time_ns: int, unit_ns: int) -> int:
    """The begin of the unit that a time is in.

    >>> floor(2 * HOUR_NS + 5, HOUR_NS) // HOUR_NS
    2
    """
    return time_ns - time_ns % unit_ns


def ceiling(time_ns: int, unit_ns: int) -> int:
    """The begin of the first unit that begins no earlier than a time."""
    return -floor(-time_ns, unit_ns)
