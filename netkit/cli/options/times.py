"""Times on the command line: how long ago, or an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from netkit.cli.grammar.durations import EXPECTED, duration
from netkit.errors import InputError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST_NS = 230 * 365 * 86_400 * 1_000_000_000
"""From 1970 on, in either direction: databases hold 292 years of nanoseconds in 64 bits."""


def instant_ns(text: str, option: str, now_ns: int) -> int:
    """An instant in ns since 1970, UTC: so long before ``now_ns``, or a date or time of ISO 8601.

    A time without an offset is UTC. One before all that is measured, or behind it, as the year 9999
    for "for ever", is as far away as databases can tell.

    >>> instant_ns("2026-11-29T00:00", "--since", 0)
    1795910400000000000
    """
    if text == "now":
        return now_ns
    if text[:1].isdigit() and "-" not in text:
        return now_ns - duration(text, option).ns
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        expected = f"{EXPECTED}, or a date or time such as 2026-11-01 or 2026-11-01T08:00+08:00"
        raise InputError.single(option, value=text, expected=expected) from None
    known = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((known - _EPOCH) // _MICROSECOND * 1000, -_MOST_NS), _MOST_NS)
