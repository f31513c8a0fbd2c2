"""Telling systemd how a service is (sd_notify(3)): a datagram to the socket that it names."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress

from netkit.model.units import NS_PER_US


class Notifier:
    """Says nothing where no service manager listens."""

    def __init__(self) -> None:
        self._address = os.environ.pop("NOTIFY_SOCKET", "")
        period_us = os.environ.pop("WATCHDOG_USEC", "")
        self._period_ns = int(period_us) * NS_PER_US // 3 if period_us.isdigit() else 0
        self._next_ns = 0

    def ready(self, status: str) -> None:
        """The service does its work, again after :meth:`reloading`."""
        self._say(f"READY=1\nSTATUS={status}")

    def reloading(self) -> None:
        """Its configuration is read anew; with the time, as ``Type=notify-reload`` wants it."""
        now_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // NS_PER_US
        self._say(f"RELOADING=1\nMONOTONIC_USEC={now_us}")

    def stopping(self) -> None:
        """It is about to end."""
        self._say("STOPPING=1")

    def alive(self, now_ns: int) -> None:
        """Keep the watchdog quiet; costs nothing but three times in its period."""
        if self._period_ns and now_ns >= self._next_ns:
            self._next_ns = now_ns + self._period_ns
            self._say("WATCHDOG=1")

    def _say(self, words: str) -> None:
        if not self._address:
            return
        # A leading @ stands for the zero of the abstract name space.
        address = self._address.replace("@", "\0", 1) if self._address[0] == "@" else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.sendto(words.encode(), address)
