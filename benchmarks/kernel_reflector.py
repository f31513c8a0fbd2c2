"""The reflector in the kernel, on a veth pair: rates without loss, T3 - T2, delays as they were.

Needs root and Linux 6.6. irtt beside it where it is installed; the engine is the oracle of a
million random packets. ``docs/performance.md`` says what the rows mean.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.stamp import Row, irtt_server, measured, watched
from benchmarks.stamp_reflect import PORT
from benchmarks.veth import RIGHT_ADDRESS, ROOT, Pair, veth_pair
from netkit.probe.run.reflecting.kernel_ability import try_kernel_reflector

RATES = (60_000, 120_000, 180_000, 250_000, 300_000, 400_000, 500_000)
ONE_SENDER = 180_000
"""Probes a second above which two senders share the work: the reflector is faster than one."""
SECONDS = 3
IRTT_RATES = (10_000, 14_000, 18_000, 22_000, 26_000)
ORACLE_PACKETS = int(os.environ.get("NETKIT_ORACLE_PACKETS", "1000000"))
_NETKIT = ("-c", "from netkit.cli.main import main; main()", "probe", "reflect")


def run() -> list[Row]:
    """All rows; where the kernel cannot, only a word that there are none."""
    able = try_kernel_reflector()
    if not able.works:
        return [{"what": "reflector in the kernel", "skipped": able.detail}]
    with veth_pair() as pair:
        return [*delays(pair), *inside(pair), *rates(pair), oracle(pair)]


def delays(pair: Pair) -> list[Row]:
    """p50 at 100 bare probes a second, as a sender says them and as taps on both ends saw them."""
    with reflector(pair), watched(pair, PORT) as truth:
        said = measured(pair, "benchmarks.stamp_stream", "300", "10000000", "44")
    return [
        {
            "what": f"kernel reflector, p50 {way} at 100 a second",
            "netkit_us": said[f"{way}_p50_us"],
            "netkit_true_us": round(truth[way], 2),
            "netkit_off_us": round(abs(float(str(said[f"{way}_p50_us"])) - truth[way]), 2),
        }
        for way in ("forward", "backward")
    ]


def inside(pair: Pair) -> list[Row]:
    """T3 - T2 of bare probes, as replies say."""
    rows: list[Row] = []
    for rate, count in ((100, 300), (60_000, 180_000)):
        with reflector(pair) as told:
            said = measured(
                pair, "benchmarks.stamp_stream", str(count), str(10**9 // rate), "44"
            )  # fmt: skip
        rows.append(
            {
                "what": f"kernel reflector, T3 - T2 at {rate} a second",
                "p50_us": said["inside_p50_us"],
                "p99_us": said["inside_p99_us"],
                "by_kernel": told.get("reflected_by_kernel"),
                "outcomes": said["outcomes"],
            }
        )
    return rows


def rates(pair: Pair) -> list[Row]:
    """Bare probes at rising rates, and the highest without loss; irtt's in the same run."""
    rows: list[Row] = []
    best = 0.0
    for rate in RATES:
        with reflector(pair) as told:
            sent, received, seconds = flooded(pair, rate)
        best = max(best, sent / seconds) if sent == received else best
        rows.append(
            {
                "what": f"kernel reflector, 44-byte probes at {rate} a second",
                "sent": sent, "answered": received,
                "per_second": round(received / seconds),
                "by_kernel": told.get("reflected_by_kernel"),
                "process_cores": round(told["cpu_s"] / seconds, 3),
            }
        )  # fmt: skip
    beside = irtt_rate(pair)
    row: Row = {"what": "highest rate without loss", "kernel_per_second": round(best)}
    if beside is None:
        row["irtt"] = "not installed (Debian package irtt)"
    elif beside:
        row |= {"irtt_per_second": round(beside), "times_irtt": round(best / beside, 1)}
    else:
        row["irtt"] = f"loses some at {IRTT_RATES[0]} a second already"
    return [*rows, row]


def flooded(pair: Pair, rate: int) -> tuple[int, int, float]:
    """Probes sent and answered, and the seconds that took, of one sender or of one on each core."""
    senders = 1 if rate <= ONE_SENDER else 2
    words = (sys.executable, "-m", "benchmarks.stamp_flood", RIGHT_ADDRESS, str(PORT))
    each = (str(SECONDS * rate // senders), str(rate // senders))
    started = [pair.start(pair.left, *words, *each, across=bool(n)) for n in range(senders)]
    said = [json.loads(one.communicate(timeout=120)[0]) for one in started]
    return (
        sum(one["sent"] for one in said),
        sum(one["received"] for one in said),
        max(one["seconds"] for one in said),
    )


def irtt_rate(pair: Pair) -> float | None:
    """The highest rate at which irtt's server answers all that its client sent; 0 for none."""
    if shutil.which("irtt") is None:
        return None
    best = 0.0
    with irtt_server(pair, "-i", "0", "-d", "0") as at:
        for rate in IRTT_RATES:
            words = ("irtt", "client", "-q", "-i", f"{10**9 // rate}ns", "-d", f"{SECONDS}s",
                     "-l", "44", "-o", "-", at)  # fmt: skip
            output, _ = pair.start(pair.left, *words, quiet=True).communicate(timeout=60)
            stats = json.loads(output[output.index("{") :])["stats"]
            sent, received = stats["packets_sent"], stats["packets_received"]
            if sent == received:
                best = max(best, sent / SECONDS)
    return best


def oracle(pair: Pair) -> Row:
    """Random and hostile packets through the program and the engine, in a namespace of its own."""
    name = f"{pair.left}o"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        words = (sys.executable, "-m", "benchmarks.kernel_oracle", str(ORACLE_PACKETS))
        done = subprocess.run(
            ["ip", "netns", "exec", name, *words], cwd=ROOT, check=True, capture_output=True
        )
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)
    return {"what": "kernel against engine, random packets", **json.loads(done.stdout)}


@contextmanager
def reflector(pair: Pair) -> Iterator[dict[str, float]]:
    """``netkit probe reflect`` on the right; its counters and CPU are there after the block."""
    told: dict[str, float] = {}
    words = (sys.executable, *_NETKIT, "--kernel", "tcx", "--rate", "0", "--port", str(PORT))
    process = pair.start(pair.right, *words, heard=True)
    assert process.stderr is not None
    try:
        for _ in range(2):
            process.stderr.readline()  # ready, and in force
        before_s = _cpu_s(process.pid)
        yield told
        told["cpu_s"] = _cpu_s(process.pid) - before_s
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=20)
        for line in output.splitlines():
            counter, _, count = line.rpartition(" ")
            told[counter] = int(count)


def _cpu_s(pid: int) -> float:
    """Processor time that a process has used so far (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row))
