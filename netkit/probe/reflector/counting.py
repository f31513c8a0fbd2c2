"""A reflector of which somebody counts the requests, of sessions that they know.

They are counted as they come in, before rates are charged: what is too much for the reflector has
arrived all the same. With a key only what is authentic is counted, a replay as the copy that it is.
"""

from __future__ import annotations

import struct
from typing import Protocol

from netkit.model.measurement.sample import Stamp
from netkit.model.units import NS_PER_S
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.replies import Reply
from netkit.wire.stamp import BASE_BYTES, SenderPacket
from netkit.wire.timestamps import TimestampFormat, decode_timestamp, is_time

_HEAD = struct.Struct("!IQHH")
_PTP = 0x4000
_LONGEST_NS = 60 * NS_PER_S
"""A request does not wait that long in a socket; then this host's clock was set meanwhile."""

_FORMS = (TimestampFormat.NTP, TimestampFormat.PTP)


class Arrival(Protocol):
    """A request that was counted."""

    unanswered: int


class Arrivals(Protocol):
    """Whoever counts."""

    def knows(self, source: str, ssid: int) -> bool:
        """Whether requests of that address and SSID are counted."""
        ...

    def arrived(
        self, source: tuple[str, int], ssid: int, number: int, t1_ns: int, t2_ns: int, came_ns: int
    ) -> Arrival | None:
        """A request that it knows came, at ``came_ns`` by a monotonic clock; what it was counted
        in, None if it was not, or not for the first time."""
        ...

    def passed(self) -> None:
        """A request came that it does not know: it is for somebody else, or of a stranger."""
        ...


class CountingReflector(Reflector):
    """As its base, and tells :attr:`arrivals`, unless that is None, of requests that it knows."""

    arrivals: Arrivals | None = None
    _arrival: Arrival | None = None
    _received_ns = _came_ns = 0

    def reflect(
        self,
        data: bytes,
        source: tuple[str, int],
        received: Stamp,
        hop_limit: int | None,
        *,
        now_ns: int,
        wall_ns: int,
        traffic_class: int | None = None,
        local: tuple[str, int] | None = None,
    ) -> Reply | None:
        """As :meth:`.Reflector.reflect`."""
        self._arrival, self._received_ns = None, received.time_ns
        age_ns = wall_ns - received.time_ns
        self._came_ns = now_ns - age_ns if 0 < age_ns < _LONGEST_NS else now_ns
        if self._keys.packet is None and len(data) >= BASE_BYTES:
            number, raw, estimate, ssid = _HEAD.unpack_from(data)
            form = _FORMS[estimate & _PTP != 0]
            if self._knows(source, ssid) and is_time(raw, form):
                self._count(source, ssid, number, decode_timestamp(raw, form))
        reply = super().reflect(
            data, source, received, hop_limit, now_ns=now_ns, wall_ns=wall_ns,
            traffic_class=traffic_class, local=local,
        )  # fmt: skip
        if reply is None:
            self._not_answered()
        return reply

    @property
    def reserves(self) -> bool:
        """Requests are looked at one by one where somebody counts them."""
        return self.arrivals is None and super().reserves

    def not_sent(self, reason: str) -> None:
        """As its base."""
        super().not_sent(reason)
        self._not_answered()

    def _not_answered(self) -> None:
        if self._arrival is not None:
            self._arrival.unanswered += 1
            self._arrival = None

    def _replayed(self, request: SenderPacket, source: tuple[str, int]) -> bool:
        """As its base; asked of each authentic request once."""
        if self._keys.packet is not None and self._knows(source, request.ssid):
            self._count(source, request.ssid, request.sequence, request.timestamp_ns)
        return super()._replayed(request, source)

    def _knows(self, source: tuple[str, int], ssid: int) -> bool:
        if self.arrivals is None:
            return False
        known = self.arrivals.knows(source[0], ssid)
        if not known:
            self.arrivals.passed()
        return known

    def _count(self, source: tuple[str, int], ssid: int, number: int, t1_ns: int) -> None:
        if self.arrivals is not None:
            self._arrival = self.arrivals.arrived(
                source, ssid, number, t1_ns, self._received_ns, self._came_ns
            )
