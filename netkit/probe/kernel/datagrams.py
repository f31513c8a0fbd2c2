"""What a socket tells: datagrams that arrived, and what became of those that were sent."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from netkit.model.measurement.sample import Stamp
from netkit.probe.kernel.addresses import Address
from netkit.probe.kernel.control_messages import local_address

AnswerFrom = tuple[tuple[int, int, bytes], ...]
"""Makes an answer leave from the address that the datagram it answers was sent to."""


class Datagram(NamedTuple):
    """What arrived: from whom, when, with how many hops left, and how it was marked.

    ``route`` is the routing header that it came with, if :meth:`StampSocket.watch_routes` was
    called; its destination host must have SRv6 switched on (sysctl ``seg6_enabled``).
    ``interface`` is the index of the one that it came in by, 0 if unknown. ``to_many``: it was
    sent to a broadcast or multicast address, so that every host on a link may have got it.
    """

    data: bytes
    source: Address
    stamp: Stamp
    hop_limit: int | None
    answer_from: AnswerFrom = ()
    traffic_class: int | None = None
    route: bytes | None = None
    interface: int = 0
    to_many: bool = False

    @property
    def sent_to(self) -> str | None:
        """The local address that it was sent to."""
        return local_address(self.answer_from)


class Transmitted(NamedTuple):
    """The kernel handed the datagram sent with ``token`` to the interface at ``time_ns``."""

    token: Hashable
    time_ns: int


class Unreachable(NamedTuple):
    """An ICMP error, or the host's own, for a datagram that began with ``data``."""

    data: bytes
    reason: str
