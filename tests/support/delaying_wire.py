"""A wire between two interfaces of one namespace that holds frames back, each way for so long."""

from __future__ import annotations

import heapq
import os
import select
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from netkit.lab.kernel.af_packet import receive_stamped


@contextmanager
def delaying(
    wire: socket.socket, ends: Mapping[str, str], delays_s: Mapping[str, float]
) -> Iterator[None]:
    """Carry frames from each interface to its other one, in a thread of its own, and so much later
    as ``delays_s`` has of the interface when they come in."""
    stop_read, stop_write = os.pipe()
    held: list[tuple[float, int, str, bytes]] = []

    def leave() -> float | None:
        """Send what is due; how long until the next is."""
        while held and held[0][0] <= time.monotonic():
            _, _, out, frame = heapq.heappop(held)
            wire.sendto(frame, (out, 0))
        return held[0][0] - time.monotonic() if held else None

    def carry() -> None:
        number, patience_s = 0, None
        while stop_read not in select.select([wire, stop_read], [], [], patience_s)[0]:
            while (received := receive_stamped(wire)) is not None:
                if received.interface in ends:
                    number += 1
                    due = time.monotonic() + delays_s[received.interface]
                    heapq.heappush(held, (due, number, ends[received.interface], received.frame))
            patience_s = leave()
            patience_s = None if patience_s is None else max(0.0, patience_s)

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield
    finally:
        os.write(stop_write, b"x")
        thread.join()
        os.close(stop_read)
        os.close(stop_write)
        wire.close()
