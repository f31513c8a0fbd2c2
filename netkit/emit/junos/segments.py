"""Segment lists as Junos takes them: hops that are addresses, or hops that are uSIDs."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address

from netkit.emit.common.usid import NEXT, is_usid, usids
from netkit.model.router_state import Flavor, SegmentState
from netkit.model.srv6.usid import END_SLOTS, END_X_SLOTS, container_starts

_BLOCK = 96
"""Bits behind the block of a uSID, in the layout F3216."""

_BEHIND_NODE = (1 << 80) - 1


def is_micro(segments: Sequence[SegmentState]) -> bool:
    """Whether all of a list are uSIDs, or containers of them."""
    return bool(segments) and all(Flavor.NEXT_CSID in one.flavors for one in segments)


def is_mixed(segments: Sequence[SegmentState]) -> bool:
    """Whether some of a list are uSIDs and others are not."""
    return len({Flavor.NEXT_CSID in one.flavors for one in segments}) > 1


def said(segments: Sequence[SegmentState]) -> tuple[SegmentState, ...]:
    """The hops of a list: of uSIDs one for each uN, uA and uDT, as the IGP advertises them, which
    Junos itself packs into containers; of others the addresses."""
    if not is_micro(segments):
        return tuple(SegmentState(one.sid) for one in segments)
    return tuple(SegmentState(sid, flavors=NEXT) for one in segments for sid in _hops(one))


def sid_count(segments: Sequence[SegmentState]) -> int:
    """How many SIDs a packet gets: of uSIDs the fewest containers that hold them."""
    if not is_micro(segments):
        return len(segments)
    return len(container_starts([(int(one.sid) >> _BLOCK, _slots(one)) for one in said(segments)]))


def _slots(hop: SegmentState) -> int:
    return END_SLOTS if int(hop.sid) & _BEHIND_NODE == 0 else END_X_SLOTS


def _hops(one: SegmentState) -> list[IPv6Address]:
    parts = usids(one) if is_usid(one) else ()
    return [part.sid for part in parts] or [one.sid]
