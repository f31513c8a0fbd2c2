"""Instants as people and programs read them."""

from __future__ import annotations

from datetime import UTC, datetime

from netkit.model.units import NS_PER_S


def utc_text(time_ns: int) -> str:
    """An instant in ns since 1970 as ISO 8601 in UTC, to the second.

    >>> utc_text(1_795_910_400 * NS_PER_S)
    '2026-11-29T00:00:00Z'
    """
    return datetime.fromtimestamp(time_ns // NS_PER_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
