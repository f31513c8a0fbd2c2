"""A reflector that says what it cost when SIGTERM ends it. ``-m benchmarks.stamp_reflect``"""

from __future__ import annotations

import json
import resource

from netkit.probe.live import reflect

PORT = 8620

if __name__ == "__main__":
    print("ready", flush=True)
    before = resource.getrusage(resource.RUSAGE_SELF)
    counters = dict(reflect("::", PORT))
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"counters": counters, "cpu_s": cpu_s, "peak_kib": after.ru_maxrss}))
