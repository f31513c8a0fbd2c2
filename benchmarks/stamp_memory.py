"""What ten million probes leave in a sender's memory. ``-m benchmarks.stamp_memory COUNT [--wire]``

The engine of a stream, with replies made in memory, so that it does not take the minutes that a
network needs; of each million probes, 1000 in a row are lost. The sink counts outcomes and keeps
nothing. With ``--wire`` a sender and a reflector on a veth pair instead, 40,000 probes a second.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.stamp_reflect import PORT
from benchmarks.veth import RIGHT_ADDRESS, veth_pair
from netkit.probe.kernel.addresses import resolve
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.sender.config import SessionConfig
from netkit.probe.stream.runner import run_stream
from netkit.probe.stream.session import StreamSession
from netkit.stats.sample_arrays import OutcomeCount
from netkit.wire.arrays import REFLECTOR, SENDER

_BATCH = 1024
_INTERVAL_NS = 25_000
_EPOCH_NS = 1_700_000_000 * 10**9


def replies_to(packets: NDArray[np.void], first_reply: int, at_ns: int) -> NDArray[np.void]:
    """A stateful reflector's answers to what was not lost."""
    heard = packets[packets["sequence"] % 1_000_000 < 999_000]
    made = np.zeros(len(heard), REFLECTOR)
    made["sequence"] = np.arange(first_reply, first_reply + len(heard))
    made["error"] = made["sender_error"] = heard["error"]
    made["ssid"] = heard["ssid"]
    made["sender_sequence"] = heard["sequence"]
    made["sender_timestamp"] = heard["timestamp"]
    seconds, rest_ns = divmod(at_ns, 10**9)
    made["received"] = made["timestamp"] = seconds << 32 | rest_ns
    made["sender_ttl"] = 255
    return made


def run(count: int) -> dict[str, object]:
    """Memory in MiB after a tenth of all probes, and after all."""
    counted = OutcomeCount()
    config = SessionConfig(count=count, interval_ns=_INTERVAL_NS, request_bytes=44)
    session = StreamSession(config, counted.add)
    packets = np.tile(session.template, (_BATCH, 1)).view(SENDER)[:, 0]
    session.begin(0)
    now_ns, replied, early = 0, 0, 0.0
    start = time.monotonic()
    while not session.finished(now_ns):
        now_ns += _BATCH * _INTERVAL_NS
        wall_ns = _EPOCH_NS + now_ns
        first, sent = session.next_requests(now_ns, wall_ns, packets)
        sequences = np.arange(first, first + sent)
        session.transmitted(sequences, wall_ns + 3000 + sequences % 1000)
        replies = replies_to(packets[:sent], replied, wall_ns + 50_000)
        replied += len(replies)
        data = replies.view(np.uint8).reshape(-1, REFLECTOR.itemsize)
        stamps = np.full(len(replies), wall_ns + 100_000)
        session.received(
            data, np.full(len(data), 44, np.uint32), stamps, np.full(len(data), 255), wall_ns
        )
        session.settle(now_ns)
        if not early and session.sent >= count // 10:
            early = resident_mib()
    session.finish(now_ns)
    return {
        "sent": session.sent,
        "outcomes": counted.outcomes,
        "seconds": round(time.monotonic() - start, 1),
        "after_a_tenth_mib": early,
        "after_all_mib": resident_mib(),
        "peak_mib": peak_mib(),
    }


def over_wire(count: int) -> dict[str, object]:
    """The same of a sender with a socket; needs root for the namespaces."""
    with veth_pair() as pair:
        reflecting = pair.python(pair.right, "benchmarks.stamp_reflect")
        reflecting.stdout.readline()  # type: ignore[union-attr]
        words = (str(count), RIGHT_ADDRESS, str(PORT))
        output, _ = pair.python(pair.left, "benchmarks.stamp_memory", *words).communicate()
        reflecting.terminate()
        reflecting.communicate()
    return dict(json.loads(output))


def send(count: int, address: str, port: int) -> dict[str, object]:
    """The sender's end of it."""
    counted, early = OutcomeCount(), 0.0
    config = SessionConfig(count=count, interval_ns=_INTERVAL_NS, request_bytes=44)
    session = StreamSession(config, counted.add)

    def look(sent: int, total: int) -> None:
        nonlocal early
        if not early and sent >= total // 10:
            early = resident_mib()

    start = time.monotonic()
    result, end = run_stream(
        session, open_stamp_socket("::"), resolve(address, port), on_progress=look
    )
    return {
        "end": end,
        "sent": result.sent,
        "outcomes": counted.outcomes,
        "notes": result.notes,
        "seconds": round(time.monotonic() - start, 1),
        "after_a_tenth_mib": early,
        "after_all_mib": resident_mib(),
        "peak_mib": peak_mib(),
    }


def resident_mib() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * resource.getpagesize() / 2**20, 1)


def peak_mib() -> float:
    """The most that was ever resident. The kernel's ru_maxrss would count the parent's as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return round(int(line.split()[1]) / 1024, 1)


if __name__ == "__main__":
    number, *rest = sys.argv[1:]
    if rest == ["--wire"]:
        found = over_wire(int(number))
    elif rest:
        found = send(int(number), rest[0], int(rest[1]))
    else:
        found = run(int(number))
    print(json.dumps(found))
