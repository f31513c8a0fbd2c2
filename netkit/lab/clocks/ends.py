"""Senders and reflectors of the hosts of a lab: what they read is read off their host's clock, and
reflectors know which probe each reply was for.

Of the kernel's stamps too: whoever stamps in a host does so by the host's clock. Waiting, timeouts
and rates stay by the monotonic clock, which nobody sets.
"""

from __future__ import annotations

from typing import NamedTuple

from netkit.lab.clocks.kept import KeptClock
from netkit.model.measurement.sample import Stamp
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.replies import Reply, SessionKey
from netkit.probe.sender.clock_watch import ClockReading
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.packets import Request
from netkit.probe.sender.session import SenderSession
from netkit.wire.timestamps import UNSYNCHRONISED


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


class Replied(NamedTuple):
    """A reply that was sent: its number, and when the program sent it (true time, ns since
    1970)."""

    number: int
    at_ns: int


class LabReflector(Reflector):
    """A Session-Reflector that remembers what it replied to: a probe that came to a host of a lab
    and was never replied to, as on a machine under load, is not lost on the way back.

    ``replied`` are, by source address and port, the first reply to each probe, by its number. T2
    and T3 are those of ``clock``, if its host has one of its own, and it says what that claims.
    """

    def __init__(self, clock: KeptClock | None = None) -> None:
        super().__init__(error_estimate=UNSYNCHRONISED if clock is None else clock.error_estimate)
        self.replied: dict[tuple[str, int], dict[int, Replied]] = {}
        self._host_clock = clock
        self._latest: tuple[tuple[str, int], int] | None = None

    @property
    def reserves(self) -> bool:
        """Never: base packets answered many at a time are not asked for here."""
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
        clock = self._host_clock
        reply = super().reflect(
            data, source, received if clock is None else clock.stamp(received), hop_limit,
            now_ns=now_ns, wall_ns=self._shown_ns(wall_ns),
            traffic_class=traffic_class, local=local,
        )  # fmt: skip
        if reply is not None:
            self._note(source, int.from_bytes(data[:4]), Replied(reply.sequence, wall_ns))
        return reply

    def transmitted(self, key: SessionKey, sequence: int, time_ns: int) -> None:
        """The kernel's T3."""
        super().transmitted(key, sequence, self._shown_ns(time_ns))

    def not_sent(self, reason: str) -> None:
        """The host could not send the latest reply: there is none."""
        super().not_sent(reason)
        if self._latest is not None:
            source, probe = self._latest
            self.replied[source].pop(probe, None)
            self._latest = None

    def _note(self, source: tuple[str, int], probe: int, reply: Replied) -> None:
        known = self.replied.setdefault(source, {})
        self._latest = None if probe in known else (source, probe)
        known.setdefault(probe, reply)

    def _shown_ns(self, true_ns: int) -> int:
        return true_ns if self._host_clock is None else self._host_clock.read(true_ns)
