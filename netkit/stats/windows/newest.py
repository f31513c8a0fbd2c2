"""What the newest window of a flow still says of now: too old, of a time to come, or of a flow that
has left its campaign. The one rule for checks and for tables."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.model.measurement.window import Window, WindowKey
from netkit.model.units import NS_PER_S

LEFT_AFTER_NS = 24 * 3600 * NS_PER_S
"""A flow that its sender has not measured for so long, and others of the campaign of late, is taken
for one that has left it, or has another name now: each round leaves a window of each of its flows.
"""


def limit_ns(key: WindowKey, stale_after_ns: int | None = None) -> int:
    """How long ago a window may have ended: five windows and a minute unless told otherwise."""
    return 5 * key.length_ns + 60 * NS_PER_S if stale_after_ns is None else stale_after_ns


def end_ns(key: WindowKey) -> int:
    """When a window ends."""
    return key.start_ns + key.length_ns


def is_stale(key: WindowKey, now_ns: int, stale_after_ns: int | None = None) -> bool:
    """Whether a window says nothing of now: it is too old, or of a time that has not come yet."""
    return now_ns - end_ns(key) > limit_ns(key, stale_after_ns) or key.start_ns > now_ns


def left(
    sessions: Iterable[Window], now_ns: int, stale_after_ns: int | None = None
) -> set[WindowKey]:
    """Of the newest window of each session those of flows that have left.

    Of what a reflector alone saw nobody can say so: its sender may be down.
    """
    last: dict[tuple[str, str], int] = {}
    seen = [one.key for one in sessions if one.key.observer == one.key.src]
    for key in seen:
        if not is_stale(key, now_ns, stale_after_ns):
            of = key.campaign, key.src
            last[of] = max(last.get(of, 0), key.start_ns)
    return {
        key
        for key in seen
        if last.get((key.campaign, key.src), 0)
        > end_ns(key) + max(LEFT_AFTER_NS, limit_ns(key, stale_after_ns))
    }
