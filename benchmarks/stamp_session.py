"""An ordinary session: kernel stamps at all four corners. Runs in a namespace; prints JSON.

``python -m benchmarks.stamp_session ADDRESS PORT COUNT INTERVAL_NS``
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter

import numpy as np

from benchmarks.stamp_reflect import cpu_seconds
from netkit.probe.kernel.addresses import resolve
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.run.loop import run_sessions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.session import SenderSession


def percentiles_us(values_ns: list[int]) -> dict[str, float]:
    """The figures that matter, in µs."""
    shares = {"p50_us": 50, "p99_us": 99, "max_us": 100}
    found = np.percentile(np.array(values_ns), list(shares.values())) / 1000
    return {name: round(float(value), 2) for name, value in zip(shares, found, strict=True)}


def main() -> None:
    """Run one session."""
    address, port, count, interval_ns = sys.argv[1], *map(int, sys.argv[2:])
    session = SenderSession(SessionConfig(count=count, interval_ns=interval_ns))
    socket = open_stamp_socket("::")
    before_s, start = cpu_seconds(), time.monotonic()
    run_sessions([SenderPort(session, socket, resolve(address, port))], deadline_s=60)
    seconds, cpu_s = time.monotonic() - start, cpu_seconds() - before_s
    samples = session.result(time.monotonic_ns()).samples
    corners = Counter(
        stamp.source for s in samples for stamp in (s.t1, s.t2, s.t3, s.t4) if stamp is not None
    )
    document = {
        "sent": session.sent,
        "received": sum(sample.outcome == "received" for sample in samples),
        "seconds": seconds,
        "cpu_s": cpu_s,
        "stamps": corners,
        "forward": percentiles_us([s.forward_owd_ns for s in samples if s.forward_owd_ns]),
        "backward": percentiles_us([s.backward_owd_ns for s in samples if s.backward_owd_ns]),
        "send_error": percentiles_us([s.send_error_ns for s in samples if s.send_error_ns]),
    }
    print(json.dumps(document))


if __name__ == "__main__":
    main()
