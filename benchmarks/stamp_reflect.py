"""A reflector that says what it cost when SIGTERM ends it. ``-m benchmarks.stamp_reflect``"""

from __future__ import annotations

import json
import resource
import signal
from types import FrameType

from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.run.loop import ReflectorPort, run_sessions

PORT = 8620


def cpu_seconds() -> float:
    """Processor time of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def stop(_number: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


def main() -> None:
    """Reflect until told to stop."""
    signal.signal(signal.SIGTERM, stop)
    reflector, socket = Reflector(max_sessions=1 << 15), open_stamp_socket("::", PORT)
    before_s = cpu_seconds()
    print("ready", flush=True)
    run_sessions([], [ReflectorPort(reflector, socket)])
    cpu_s = cpu_seconds() - before_s
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"counters": reflector.counters, "cpu_s": cpu_s, "peak_kib": peak_kib}))


if __name__ == "__main__":
    main()
