"""What zebra is told of an interface for traffic engineering (``link-params``)."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.model.network.elements import Adjacency

PORT_BPS = 10**10
"""The speed of a veth. Of this zebra takes all to be reservable at first (FRR 8.4: 1.41 Gbit/s, as
``if_link_params_get`` of ``lib/if.c`` reckons in 32 bits)."""


def params(way: Adjacency, capacity_bps: int | None) -> Iterator[str]:
    """What is known of a way and the capacity of its link, in the words of zebra."""
    yield f"delay {way.delay_us} min {way.least_delay_us} max {way.delay_us}"
    if way.jitter_us is not None:
        yield f"delay-variation {way.jitter_us}"
    if way.loss_ppb is not None:
        yield f"packet-loss {way.loss_ppb / 1e7:.6f}"
    if way.te_metric is not None:
        yield f"metric {way.te_metric}"
    if bits := bits_of(way):
        yield f"admin-grp {sum(1 << bit for bit in bits):#x}"
    if capacity_bps is not None:
        yield from _bandwidth(capacity_bps)


def _bandwidth(capacity_bps: int) -> Iterator[str]:
    """zebra refuses a maximum that is not over what may be reserved, which is all that the port can
    at first: of a slower line nothing may be, until its maximum is set."""
    most = f"{capacity_bps / 8:g}"
    slow = capacity_bps <= PORT_BPS
    yield from _reservable("0") if slow else ()
    yield f"max-bw {most}"
    yield from _reservable(most) if slow else ()


def _reservable(bandwidth: str) -> Iterator[str]:
    unreserved = [f"unrsv-bw {priority} {bandwidth}" for priority in range(8)]
    yield from (f"max-rsv-bw {bandwidth}", *unreserved)


def bits_of(way: Adjacency) -> list[int]:
    """The admin groups that are bits of a word (RFC 5305 §3.1), ascending."""
    return sorted(int(name) for name in way.admin_groups if is_bit(name))


def is_bit(name: str) -> bool:
    """Whether an admin group is one."""
    return name.isdecimal() and int(name) < 32
