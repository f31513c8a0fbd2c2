"""Sender and reflector of a host with a clock of its own: all that they read is read off it.

Of the kernel's stamps too: whoever stamps in a host does so by the host's clock. Waiting, timeouts
and rates stay by the monotonic clock, which nobody sets.
"""

from __future__ import annotations

from netkit.lab.clocks.kept import KeptClock
from netkit.model.measurement.sample import Stamp
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.replies import Reply, SessionKey
from netkit.probe.sender.clock_watch import ClockReading
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.packets import Request
from netkit.probe.sender.session import SenderSession


class ClockedSession(SenderSession):
    """A Session-Sender whose T1, T4 and UTC readings are those of ``clock``."""

    def __init__(self, config: SessionConfig, clock: KeptClock) -> None:
        super().__init__(config, clock.watch)
        self._host_clock = clock

    def next_request(self, now_ns: int, wall_ns: int, read_ns: int | None = None) -> Request | None:
        """The probe that is due, stamped by the host's clock."""
        return super().next_request(now_ns, self._host_clock.read(wall_ns), read_ns)

    def transmitted(self, sequence: int, time_ns: int) -> None:
        """The kernel's T1."""
        super().transmitted(sequence, self._host_clock.read(time_ns))

    def received(
        self,
        data: bytes,
        stamp: Stamp,
        hop_limit: int | None,
        *,
        traffic_class: int | None = None,
        route: bytes | None = None,
        reading: ClockReading | None = None,
    ) -> None:
        """A packet came in; its T4, and what the clocks showed after."""
        if reading is not None:
            reading = reading._replace(utc_ns=self._host_clock.read(reading.utc_ns))
        super().received(
            data, self._host_clock.stamp(stamp), hop_limit,
            traffic_class=traffic_class, route=route, reading=reading,
        )  # fmt: skip


class ClockedReflector(Reflector):
    """A Session-Reflector whose T2 and T3 are those of ``clock``, and which says what it claims."""

    def __init__(self, clock: KeptClock) -> None:
        super().__init__(error_estimate=clock.error_estimate)
        self._host_clock = clock

    @property
    def reserves(self) -> bool:
        """Never: base packets answered many at a time get their T3 without being asked here."""
        return False

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
        """The reply, with T2 and the program's T3 by the host's clock."""
        return super().reflect(
            data, source, self._host_clock.stamp(received), hop_limit,
            now_ns=now_ns, wall_ns=self._host_clock.read(wall_ns),
            traffic_class=traffic_class, local=local,
        )  # fmt: skip

    def transmitted(self, key: SessionKey, sequence: int, time_ns: int) -> None:
        """The kernel's T3."""
        super().transmitted(key, sequence, self._host_clock.read(time_ns))
