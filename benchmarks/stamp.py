"""STAMP on a veth pair between two namespaces: rates, delays, memory, and ``irtt`` beside it.

Needs root. Each end has one core; ``docs/performance.md`` says what the rows mean.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.stamp_reflect import PORT
from benchmarks.veth import RIGHT_ADDRESS, ROOT, Pair, veth_pair

IRTT_PORT = 2112
REFLECTOR_RATES = (60_000, 90_000)
SENDER_RATES = (45_000, 60_000)
ROUNDS = 2

Row = dict[str, object]


def run() -> list[Row]:
    """All rows; without root only a word that there are none."""
    if os.geteuid() != 0:
        return [{"what": "STAMP on a veth pair", "skipped": "makes network namespaces; needs root"}]
    with veth_pair() as pair:
        return [
            *idle_link(pair),
            *beside_irtt(pair),
            *reflector_rates(pair),
            *sender_rates(pair),
            memory(),
        ]


def idle_link(pair: Pair) -> list[Row]:
    """1000 ordinary probes, one every 10 ms."""
    with reflector(pair) as told:
        sent = measured(pair, "benchmarks.stamp_session", "1000", "10000000")
    cpu = (sent["cpu_s"] + told["cpu_s"]) / sent["seconds"]
    return [
        {"what": "idle link, 10 ms interval, forward", **sent["forward"]},
        {"what": "idle link, 10 ms interval, backward", **sent["backward"]},
        {
            "what": "10 ms interval over 10 s",
            "sent": sent["sent"],
            "received": sent["received"],
            "send_error_p50_us": sent["send_error"]["p50_us"],
            "send_error_p99_us": sent["send_error"]["p99_us"],
            "stamps": sent["stamps"],
        },
        {"what": "CPU of both ends together at 100 probes a second", "cores": round(cpu, 4)},
    ]


def beside_irtt(pair: Pair) -> list[Row]:
    """netkit and irtt in turns; the truth for each from taps on both interfaces meanwhile."""
    if shutil.which("irtt") is None:
        return [{"what": "beside irtt", "skipped": "irtt is not installed (Debian package irtt)"}]
    off: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, turn in (("netkit", netkit_turn), ("irtt", irtt_turn)):
            for way, (said_us, true_us) in turn(pair).items():
                off.setdefault(f"{name}_{way}_us", []).append(said_us)
                off.setdefault(f"{name}_{way}_true_us", []).append(true_us)
                off.setdefault(f"{name}_{way}_off_us", []).append(abs(said_us - true_us))
    rows: list[Row] = []
    for way in ("forward", "backward"):
        figures = {
            name.replace(f"_{way}", ""): round(statistics.median(values), 2)
            for name, values in off.items()
            if f"_{way}" in name
        }
        closer = round(figures["irtt_off_us"] / figures["netkit_off_us"], 1)
        rows.append({"what": f"p50 {way} beside irtt", **figures, "times_closer": closer})
    return rows


def netkit_turn(pair: Pair) -> dict[str, tuple[float, float]]:
    """p50 as netkit says and as it was, forward and backward, in µs."""
    with reflector(pair), watched(pair, PORT) as truth:
        said = measured(pair, "benchmarks.stamp_session", "300", "10000000")
    return {way: (said[way]["p50_us"], truth[way]) for way in ("forward", "backward")}


@contextmanager
def irtt_server(pair: Pair, *words: str) -> Iterator[str]:
    """irtt's server on the right, once it listens; where."""
    at = f"[{RIGHT_ADDRESS}]:{IRTT_PORT}"
    server = pair.start(pair.right, "irtt", "server", "-b", at, *words, quiet=True)
    listed = ["ip", "netns", "exec", pair.right, "cat", "/proc/net/udp6"]
    try:
        while f":{IRTT_PORT:04X} " not in subprocess.check_output(listed, text=True):
            if server.poll() is not None:
                raise ChildProcessError("irtt server has ended")
        yield at
    finally:
        server.terminate()
        server.communicate(timeout=10)


def irtt_turn(pair: Pair) -> dict[str, tuple[float, float]]:
    """The same as irtt says it."""
    with irtt_server(pair) as at, watched(pair, IRTT_PORT) as truth:
        words = ("irtt", "client", "-q", "-i", "10ms", "-d", "3s", "-o", "-", at)
        output, _ = pair.start(pair.left, *words, quiet=True).communicate(timeout=60)
    stats = json.loads(output[output.index("{") :])["stats"]
    said = {"forward": stats["send_delay"], "backward": stats["receive_delay"]}
    return {way: (delay["median"] / 1000, truth[way]) for way, delay in said.items()}


def reflector_rates(pair: Pair) -> list[Row]:
    """Bare probes at rising rates: is each answered?"""
    rows: list[Row] = []
    for rate in REFLECTOR_RATES:
        with reflector(pair) as told:
            load = measured(pair, "benchmarks.stamp_flood", str(3 * rate), str(rate))
        rows.append(
            {
                "what": f"reflector, one process, 44-byte probes at {rate} a second",
                "sent": load["sent"],
                "answered": load["received"],
                "per_second": round(load["received"] / load["seconds"]),
                "reflector_cores": round(told["cpu_s"] / load["seconds"], 2),
            }
        )
    return rows


def sender_rates(pair: Pair) -> list[Row]:
    """A stream with TX and RX kernel stamps of every probe."""
    rows: list[Row] = []
    for rate in SENDER_RATES:
        with reflector(pair):
            interval_ns = 10**9 // rate
            said = measured(pair, "benchmarks.stamp_stream", str(3 * rate), str(interval_ns), "44")
        rows.append(
            {
                "what": f"sender, TX and RX stamps, 44-byte probes at {rate} a second",
                "sent": said["sent"],
                "outcomes": said["outcomes"],
                "with_both_stamps": said["kernel_t1_t4"],
                "per_second": round(said["per_second"]),
                "sender_cores": round(said["cpu_s"] / said["seconds"], 2),
                "send_error_p99_us": said["send_error_p99_us"],
            }
        )
    return rows


def memory() -> Row:
    """Ten million probes through a sender."""
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.stamp_memory", "10000000"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return {"what": "a sender's memory over 10 million probes", **json.loads(process.stdout)}


@contextmanager
def reflector(pair: Pair) -> Iterator[dict[str, float]]:
    """A reflector on the right; what it says at its end is there after the block."""
    process = pair.python(pair.right, "benchmarks.stamp_reflect")
    told: dict[str, float] = {}
    try:
        process.stdout.readline()  # type: ignore[union-attr]
        yield told
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=10)
        told.update(json.loads(output or "{}"))


@contextmanager
def watched(pair: Pair, port: int) -> Iterator[dict[str, float]]:
    """Median µs from interface to interface of what went to and from ``port`` in the block."""
    taps = [pair.python(end, "benchmarks.veth_watch", str(port)) for end in (pair.left, pair.right)]
    truth: dict[str, float] = {}
    try:
        for tap in taps:
            tap.stdout.readline()  # type: ignore[union-attr]
        yield truth
    finally:
        for tap in taps:
            tap.terminate()
        left, right = (json.loads(tap.communicate(timeout=10)[0] or "{}") for tap in taps)
    truth["forward"] = _between(left["out_to"], right["in_to"])
    truth["backward"] = _between(right["out_from"], left["in_from"])


def measured(pair: Pair, module: str, *words: str) -> dict[str, object]:
    """What a client on the left, run to its end, has printed."""
    return measured_alone(pair, module, RIGHT_ADDRESS, str(PORT), *words)


def measured_alone(pair: Pair, module: str, *words: str) -> dict[str, object]:
    """The same of a client that takes other words."""
    output, _ = pair.python(pair.left, module, *words).communicate(timeout=120)
    return dict(json.loads(output))


def _between(out_ns: list[int], in_ns: list[int]) -> float:
    """Nothing is lost or overtaken on a veth pair, so the nth that left is the nth that came."""
    pairs = zip(sorted(out_ns), sorted(in_ns), strict=True)
    return statistics.median(came_ns - left_ns for left_ns, came_ns in pairs) / 1000


if __name__ == "__main__":
    for row in run():
        print(row, flush=True)
