"""A stream of probes and its figures. Runs in a namespace; prints one JSON object.

``python -m benchmarks.stamp_stream ADDRESS PORT COUNT INTERVAL_NS BYTES``
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np
from numpy.typing import NDArray

from netkit.probe.kernel.addresses import resolve
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.sender.config import SessionConfig
from netkit.probe.stream.runner import run_stream
from netkit.probe.stream.session import StreamSession
from netkit.stats.sample_arrays import SOURCES, OutcomeCount

_SHARES = {"p50": 50.0, "p99": 99.0}


class Figures:
    """A sink that keeps outcomes, sources of stamps, and of each probe four numbers."""

    def __init__(self) -> None:
        self.counted = OutcomeCount()
        self.kernel = 0
        self.kept: list[NDArray[np.float32]] = []
        self.sent_ns: list[int] = []

    def add(self, rows: NDArray[np.void]) -> None:
        """Take what has been decided."""
        self.counted.add(rows)
        kernel = SOURCES.index("kernel")
        self.kernel += int(((rows["t1_source"] == kernel) & (rows["t4_source"] == kernel)).sum())
        delays = (
            rows["t2_ns"] - rows["t1_ns"],
            rows["t4_ns"] - rows["t3_ns"],
            rows["send_error_ns"],
            rows["t3_ns"] - rows["t2_ns"],
        )
        answered = rows["t4_source"] != SOURCES.index("none")
        self.kept.append(np.stack(delays)[:, answered].astype(np.float32))
        self.sent_ns += rows["t1_ns"][[0, -1]].tolist()

    def summary(self) -> dict[str, float]:
        """Percentiles in µs."""
        names = ("forward", "backward", "send_error", "inside")
        return {
            f"{name}_{share}_us": round(float(np.percentile(column, percent)) / 1000, 2)
            for name, column in zip(names, np.concatenate(self.kept, axis=1), strict=True)
            for share, percent in _SHARES.items()
        }


def main() -> None:
    """Run one stream."""
    address, port, count, interval_ns, size = sys.argv[1], *map(int, sys.argv[2:])
    figures = Figures()
    config = SessionConfig(count=count, interval_ns=interval_ns, request_bytes=size)
    session = StreamSession(config, figures.add)
    socket = open_stamp_socket("::")
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    result, end = run_stream(session, socket, resolve(address, port), deadline_s=600)
    seconds = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    document = {
        "end": end,
        "sent": result.sent,
        "seconds": seconds,
        "per_second": result.sent / (figures.sent_ns[-1] - figures.sent_ns[0]) * 10**9,
        "outcomes": figures.counted.outcomes,
        "kernel_t1_t4": figures.kernel,
        "notes": result.notes,
        "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_kib": after.ru_maxrss,
        **figures.summary(),
    }
    print(json.dumps(document))


if __name__ == "__main__":
    main()
