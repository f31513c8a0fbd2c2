"""The kernel's program against the engine: random packets through both, byte by byte.

Every packet goes through the program as a frame (``BPF_PROG_TEST_RUN``). What it answers or
refuses the engine must answer or refuse alike. Sessions that go up are others than those of bare
packets, as here the engine sees both. ``python -m benchmarks.kernel_oracle COUNT [SEED [xdp]]``
prints one JSON object. To be run in a namespace whose loopback is down, as replies of frames that
belong to a socket are sent.
"""

from __future__ import annotations

import json
import struct
import sys
import time
from collections import Counter
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from random import Random

import numpy as np

from benchmarks.kernel_frames import frame, returned
from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.clock.this_host import tai_offset_ns
from netkit.probe.in_kernel.layout import SESSION
from netkit.probe.in_kernel.place import TCX, XDP, Place
from netkit.probe.in_kernel.reflector import KernelReflector
from netkit.probe.in_kernel.rules import Rules
from netkit.probe.reflector.admission.access import AccessList
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.sessions import CROWDED_NS
from netkit.wire.stamp import BASE_BYTES, SenderPacket
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat, decode_timestamp
from netkit.wire.tlv import Tlv, TlvType

PORT = 8620
HERE = ("2001:db8::2", "10.0.0.2")
_ALLOWED = ("2001:db8::/32", "2001:db8:9::7/128", "10.0.0.0/8", "192.0.2.9/32")
_ODD_LISTS = (
    ("::/0", "10.9.0.0/16"),
    ("0.0.0.0/0", "2001:db8:9::7/128", "198.51.100.5/32"),
    ("0.0.0.0/0", "::/0", "10.0.0.13/32"),
    ("2001:db8::/32", "2001:db8::/33", "2001:db8::3/128", "2001:db8::4/127", "10.0.0.0/8",
     "10.0.0.0/30", "10.0.0.13/32", "10.0.0.13/32", "10.0.0.12/31"),
    ("::ffff:10.0.0.0/104", "::ffff:192.0.2.9/128", "2001:db8:1::/48"),
    ("::ffff:0:0/96", "a00::/8", "c000:209::/32"),
)  # fmt: skip
"""Of everybody, of one IP version, one inside the other; IPv4 written as IPv6, or looking so."""

_SOURCES = (
    "2001:db8::{}", "2001:db8:1::{}", "2001:db8:9::7", "2001:dead::{}", "fe80::{}", "ff02::{}",
    "10.0.0.1{}", "10.9.0.1{}", "192.0.2.9", "198.51.100.{}", "127.0.0.{}", "224.0.0.{}",
)  # fmt: skip
LOOPBACK = 1
"""The interface at which the kernel tries frames, whose address is zeros."""

_ESTIMATE = ErrorEstimate.from_error_ns(5000, synchronised=True)
_TABLE, _FEW = 1 << 16, 100
_SOON_NS = CROWDED_NS // 2
_BARE = 0.95
_PORTS = (1, 19, 53, 862, 1023, PORT, *range(1024, 1064))
_OTHER_PORTS = 30_000
_TYPES = (*(int(kind) for kind in TlvType), 0, 42, 251, 255)


class Tally:
    """What came of all packets, and every difference."""

    def __init__(self) -> None:
        self.packets = 0
        self.told: Counter[str] = Counter()
        self.kernel: Counter[str] = Counter()
        self.engine: Counter[str] = Counter()
        self.differences: list[str] = []

    def summary(self, seconds: float) -> dict[str, object]:
        """The figures, and the first few differences."""
        return {
            "packets": self.packets, "per_second": round(self.packets / seconds),
            **dict(self.told), "kernel": dict(self.kernel), "engine": dict(self.engine),
            "differences": len(self.differences), "first": self.differences[:3],
        }  # fmt: skip


class Oracle:
    """One program and one engine with the same rules; differences go to ``tally``."""

    def __init__(
        self, tally: Tally, place: Place, listed: Sequence[str] = _ALLOWED, *,
        stateless: bool = False, max_sessions: int = _TABLE,
    ) -> None:  # fmt: skip
        allowed = tuple(map(ip_network, listed))
        rules = Rules(PORT, allowed, max_sessions=max_sessions, stateless=stateless)
        self.kernel = KernelReflector(rules, place)
        self.kernel.tables.station(LOOPBACK, bytes(6))
        self._up = place.go_on & 0xFFFFFFFF
        self.kernel.tell(_ESTIMATE, tai_offset_ns() or 0)
        self.kernel.hear_at(map(ip_address, HERE))
        self.engine = Reflector(
            error_estimate=_ESTIMATE, own_port=PORT, admission=AccessList(allowed),
            stateless=stateless, max_sessions=max_sessions,
        )  # fmt: skip
        self._tally, self.told, self.differences = tally, tally.told, tally.differences

    def close(self) -> None:
        """Let go of the program, and hand in what both have counted."""
        self._tally.kernel.update(self.kernel.counters)
        self._tally.engine.update(self.engine.counters)
        self.kernel.close()

    def ask(self, source: str, port: int, payload: bytes, hop_limit: int, marking: int) -> None:
        """One packet through both; the engine is shown what went up too, as it would be."""
        self._tally.packets += 1
        to = HERE[ip_address(source).version == 4]
        ends = (port, PORT)
        request = frame(source, to, ends, payload, hop_limit=hop_limit, marking=marking)
        before_ns = time.time_ns()
        run = self.kernel.program.test_run(request)
        after_ns = time.time_ns()
        answered = run.frame != request
        reply = run.frame[len(request) - len(payload) :] if answered else b""
        t2_ns, t3_ns = _stamps(payload, reply)
        expected = self.engine.reflect(
            payload, (source, port), Stamp(t2_ns, StampSource.KERNEL), hop_limit,
            now_ns=self._now_ns(source, port, payload), wall_ns=t3_ns,
        )  # fmt: skip
        if run.verdict == self._up:
            self.told["up"] += 1
            self._check(not answered, "went up changed", source, port, payload)
            self._check(not _for_kernel(source, port, payload), "went up", source, port, payload)
        elif not answered:
            self.told["refused"] += 1
            self._check(expected is None, "refused", source, port, payload)
        else:
            self.told["answered"] += 1
            wanted = None if expected is None else expected.data
            self._check(reply == wanted, f"{reply.hex()} for", source, port, payload)
            whole = frame(to, source, ends[::-1], reply)
            self._check(returned(run.frame, request), "sent elsewhere", source, port, payload)
            self._check(run.frame[14:] == whole[14:], "header of", source, port, payload)
            in_order = before_ns - 1 <= t2_ns <= t3_ns <= after_ns + 1  # NTP fractions are rounded
            self._check(in_order, "clock of", source, port, payload)
        self.told["longer"] += len(run.frame) > len(request)

    def _now_ns(self, source: str, port: int, payload: bytes) -> int:
        """When the program heard of the session, so that both judge silences alike; else now."""
        address = ip_address(source)
        ends = struct.pack("!16sH", address.packed.ljust(16, b"\0"), port)
        try:
            session = self.kernel.tables.sessions[
                ends + payload[14:16].ljust(2, b"\0") + struct.pack("=I", address.version)
            ]
        except KeyError:
            return time.monotonic_ns()
        return int(np.frombuffer(session, SESSION)["heard_ns"][0])

    def _check(self, good: bool, what: str, source: str, port: int, payload: bytes) -> None:
        if not good:
            self.differences.append(f"{what} {source} port {port} {payload.hex()}")


def _stamps(payload: bytes, reply: bytes) -> tuple[int, int]:
    """T2 and T3 of a reply; of none, now."""
    if len(reply) < BASE_BYTES:
        return time.time_ns(), time.time_ns()
    form = TimestampFormat(payload[12] >> 6 & 1)
    t3, t2 = struct.unpack_from("!Q", reply, 4)[0], struct.unpack_from("!Q", reply, 16)[0]
    return decode_timestamp(t2, form), decode_timestamp(t3, form)


def _for_kernel(source: str, port: int, payload: bytes) -> bool:
    """Whether the program must answer or refuse by itself."""
    address = ip_address(source)
    if address.is_multicast or address.is_loopback or address.is_link_local or not port:
        return False
    if len(payload) < BASE_BYTES and address.version == 6:
        return port < 1024 or port == PORT
    return len(payload) == BASE_BYTES and not any(payload[16:])


def main() -> None:
    """Random packets, most of them bare, others with any TLV, cut anywhere, or noise."""
    count, random = int(sys.argv[1]), Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    place = XDP if sys.argv[3:] == ["xdp"] else TCX
    told, begun, batches = Tally(), time.monotonic(), 0
    large = Oracle(told, place), Oracle(told, place, stateless=True)
    odd = [Oracle(told, place, listed) for listed in _ODD_LISTS]
    small, small_ns = Oracle(told, place, max_sessions=_FEW), time.monotonic_ns()
    while told.packets < count:
        if time.monotonic_ns() - small_ns > _SOON_NS:
            # Before silent sessions make room: the engine sees to that at once, the kernel in turn.
            small.close()
            small, small_ns = Oracle(told, place, max_sessions=_FEW), time.monotonic_ns()
        source = random.choice(_SOURCES).format(random.randrange(3, 9))
        if random.random() < _BARE:
            asked = random.choice((*large, small, random.choice(odd)))
            # From port 0 all goes up, and in a small table the engine's sessions would be others.
            port = 0 if asked is not small and random.random() < 0.02 else random.choice(_PORTS)
            payloads = [_bare(random, random.randrange(3))]
        else:
            asked, batches = random.choice(large), batches + 1
            port = _OTHER_PORTS + batches % _OTHER_PORTS
            payloads = _others(random, 1 + batches // _OTHER_PORTS)
        for payload in payloads:
            asked.ask(source, port, payload, random.randrange(256), random.randrange(256))
    for oracle in (*large, *odd, small):
        oracle.close()
    print(json.dumps(told.summary(time.monotonic() - begun)))


def _bare(random: Random, ssid: int) -> bytes:
    estimate = ErrorEstimate.parse(random.randrange(1 << 16))
    number = random.choice((0, 1, random.randrange(1 << 32)))
    return SenderPacket(number, random.randrange(1 << 64), estimate, ssid).to_bytes()


def _others(random: Random, ssid: int) -> list[bytes]:
    """One packet that is none of a STAMP sender; or one with a TLV, whole and cut at every byte."""
    kind = random.random()
    if kind < 0.5:
        return [random.randbytes(random.randrange(120))]
    if kind < 0.9:
        padded = bytearray(_bare(random, ssid))
        padded[random.randrange(16, BASE_BYTES)] = random.randrange(1, 256)
        return [bytes(padded)]
    tlv = Tlv(random.choice(_TYPES), random.randbytes(random.randrange(24)))
    whole = _bare(random, ssid) + tlv.to_bytes()
    return [whole[:end] for end in range(len(whole) + 1)]


if __name__ == "__main__":
    main()
