"""Times on the command line: how long ago, or an instant."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from netkit.errors import InputError
from netkit.model.units import NS_PER_S

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_EXPECTED = "a duration such as 90s, 15m, 12h, 30d or 4w"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def duration_ns(text: str, option: str) -> int:
    """A duration in ns.

    >>> duration_ns("1.5h", "--since") // NS_PER_S
    5400
    """
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)([smhdw])", text)
    if found is None:
        raise InputError.single(option, value=text, expected=_EXPECTED)
    return round(float(found[1]) * _UNITS_S[found[2]] * NS_PER_S)


def instant_ns(text: str, option: str, now_ns: int) -> int:
    """An instant in ns since 1970, UTC: so long before ``now_ns``, or a date or time of ISO 8601.

    A time without an offset is UTC.

    >>> instant_ns("2026-11-29T00:00", "--since", 0) == 1_795_910_400 * NS_PER_S
    True
    """
    if text == "now":
        return now_ns
    if text[-1:] in _UNITS_S and text[:1].isdigit() and "-" not in text:
        return now_ns - duration_ns(text, option)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        expected = f"{_EXPECTED}, or a date or time such as 2026-11-01 or 2026-11-01T08:00+08:00"
        raise InputError.single(option, value=text, expected=expected) from None
    known = at if at.tzinfo else at.replace(tzinfo=UTC)
    return (known - _EPOCH) // _MICROSECOND * 1000
