"""The kernel's program against the engine, and frames that it has to leave to others."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import IPv4Address, ip_address, ip_network
from pathlib import Path

import pytest
from examples import enough

from benchmarks.kernel_frames import checksum, frame
from benchmarks.kernel_oracle import LOOPBACK
from netkit.bpf.helpers import XDP_TX
from netkit.bpf.maps import Map
from netkit.probe.in_kernel.place import TCX, XDP, Place
from netkit.probe.in_kernel.reflector import KernelReflector
from netkit.probe.in_kernel.rules import Rules
from netkit.probe.in_kernel.tables import MAX_ADDRESSES
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import ErrorEstimate

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="loads programs into the kernel; needs root"),
]

ROOT = Path(__file__).parents[2]
PORTS = (40_000, 8620)
BARE = SenderPacket(1, 2, ErrorEstimate(), 3).to_bytes()
SIX, FOUR = ("2001:db8::7", "2001:db8::2"), ("10.0.0.7", "10.0.0.2")


@pytest.fixture(params=[TCX, XDP], ids=["TCX", "XDP"])
def place(request: pytest.FixtureRequest) -> Place:
    """Where the program is loaded for: what holds at one place holds at the other."""
    found: Place = request.param
    return found


def made_at(place: Place, rules: Rules) -> KernelReflector:
    """Where the kernel tries frames every interface address is zeros."""
    made = KernelReflector(rules, place)
    made.tables.station(LOOPBACK, bytes(6))
    return made


def goes_up(made: KernelReflector, data: bytes) -> bool:
    up = {TCX.program_type: TCX.go_on, XDP.program_type: XDP.go_on}[made.place.program_type]
    return made.program.test_run(data).verdict == up & 0xFFFFFFFF


@pytest.fixture
def kernel(place: Place) -> Iterator[KernelReflector]:
    """At 2001:db8::2 and 10.0.0.2; attached nowhere."""
    made = made_at(place, Rules(8620, source_rate=5, total_rate=8))
    made.tell(ErrorEstimate(), 0)
    heard = (SIX[1], FOUR[1], "fe80::2", "127.0.0.1", "::1")
    made.hear_at(map(ip_address, heard), [ip_address("10.0.0.255")])
    yield made
    made.close()


def test_random_packets_get_the_bytes_of_the_engine_or_its_refusal(place: Place) -> None:
    name, packets = f"nko{os.getpid()}", enough(7_000, 20_000)
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        inside = ["ip", "netns", "exec", name, sys.executable, "-m", "benchmarks.kernel_oracle"]
        done = subprocess.run(
            [*inside, str(packets), "1", place.name.lower()],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)
    found = json.loads(done.stdout)
    assert (found["differences"], found["longer"]) == (0, 0), found["first"]
    assert found["answered"] > packets / 4
    refusals = ("from_reflector_port", "from_service_port", "not_allowed", "table_full")
    assert all(found["kernel"][name] > packets / 200 for name in refusals)


def with_bytes(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def mended(data: bytes) -> bytes:
    """An IPv4 frame with its header's checksum made anew."""
    cleared = with_bytes(data, 24, bytes(2))
    inverted = ~checksum(cleared[14:34]) & 0xFFFF
    return with_bytes(cleared, 24, inverted.to_bytes(2, "big"))


SIX_FRAME, FOUR_FRAME = frame(*SIX, PORTS, BARE), frame(*FOUR, PORTS, BARE)


@pytest.mark.parametrize(
    "left_alone",
    [
        pytest.param(frame(SIX[0], "2001:db8::3", PORTS, BARE), id="to another host"),
        pytest.param(frame(FOUR[0], "10.0.0.255", PORTS, BARE), id="to a broadcast address"),
        pytest.param(frame(SIX[0], "ff02::1", PORTS, BARE), id="to a multicast address"),
        pytest.param(frame("fe80::7", "fe80::2", PORTS, BARE), id="link-local"),
        pytest.param(frame(SIX[1], SIX[1], PORTS, BARE), id="from this host"),
        pytest.param(frame("0.0.0.0", FOUR[1], PORTS, BARE), id="from nowhere"),
        pytest.param(frame("224.0.0.5", FOUR[1], PORTS, BARE), id="from a multicast address"),
        pytest.param(frame("10.0.0.255", FOUR[1], PORTS, BARE), id="from a broadcast address"),
        pytest.param(frame(FOUR[0], "127.0.0.1", PORTS, BARE), id="to loopback, over a wire"),
        pytest.param(frame(SIX[0], "::1", PORTS, BARE), id="to loopback over IPv6"),
        pytest.param(frame(*SIX, (0, 8620), BARE), id="from no port"),
        pytest.param(frame(*FOUR, (0, 8620), BARE), id="from no port over IPv4"),
        pytest.param(with_bytes(SIX_FRAME, 14, b"\x40"), id="another version than IPv6 says"),
        pytest.param(frame(*SIX, (40_000, 8621), BARE), id="to another port"),
        pytest.param(frame(*SIX, PORTS, BARE + bytes(28)), id="longer"),
        pytest.param(frame(*SIX, PORTS, BARE[:-1]), id="shorter"),
        pytest.param(frame(*SIX, PORTS, BARE[:-1] + b"\1"), id="padded with something"),
        pytest.param(SIX_FRAME + b"\0", id="frame longer than its packet"),
        pytest.param(with_bytes(SIX_FRAME, 70, b"\7"), id="damaged"),
        pytest.param(with_bytes(SIX_FRAME, 60, bytes(2)), id="without a checksum"),
        pytest.param(with_bytes(FOUR_FRAME, 22, b"\7"), id="damaged IPv4 header"),
        pytest.param(mended(with_bytes(FOUR_FRAME, 20, b"\x20\0")), id="a first fragment"),
        pytest.param(mended(with_bytes(FOUR_FRAME, 20, b"\0\5")), id="a later fragment"),
        pytest.param(mended(with_bytes(FOUR_FRAME, 14, b"\x46")), id="IPv4 options"),
        pytest.param(with_bytes(SIX_FRAME, 20, b"\x2c"), id="an extension header"),
        pytest.param(with_bytes(SIX_FRAME, 0, b"\xff" * 6), id="to everybody on the link"),
        pytest.param(with_bytes(SIX_FRAME, 6, b"\1"), id="from a group address of Ethernet"),
        pytest.param(with_bytes(SIX_FRAME, 12, b"\x88\xcc"), id="not IP"),
    ],
)
def test_what_is_no_plain_request_to_this_host_goes_up_as_it_came(
    kernel: KernelReflector, left_alone: bytes
) -> None:
    assert goes_up(kernel, left_alone)
    assert kernel.program.test_run(left_alone).frame == left_alone
    assert not kernel.counters


@pytest.mark.parametrize("length", range(54, len(SIX_FRAME)))
def test_a_frame_cut_anywhere_goes_up(kernel: KernelReflector, length: int) -> None:
    cut = SIX_FRAME[:length]
    assert goes_up(kernel, cut)


def test_an_address_may_become_another_kind_of_address(kernel: KernelReflector) -> None:
    """As when a network gets another length: what was everybody's is this host's own."""
    to = frame(FOUR[0], "10.0.0.255", PORTS, BARE)
    assert goes_up(kernel, to)
    kernel.hear_at([ip_address("10.0.0.255")])
    assert kernel.program.test_run(to).frame != to
    kernel.hear_at([ip_address(FOUR[1])], [ip_address("10.0.0.255")])
    assert goes_up(kernel, to)
    assert not goes_up(kernel, FOUR_FRAME)
    kernel.hear_at([ip_address(FOUR[1])])
    source = frame("10.0.0.255", FOUR[1], PORTS, BARE)
    assert kernel.program.test_run(source).frame != source


def test_where_a_host_has_more_addresses_than_places_all_goes_up(kernel: KernelReflector) -> None:
    many = [IPv4Address("10.1.0.0") + n for n in range(MAX_ADDRESSES - 1)]
    kernel.hear_at([*many, ip_address(FOUR[1])])
    assert not goes_up(kernel, FOUR_FRAME)
    assert not goes_up(kernel, frame(FOUR[0], "10.1.0.9", PORTS, BARE))
    why = kernel.hear_at([*many, ip_address(FOUR[1]), ip_address(SIX[1])])
    assert why == "this host has 2,049 addresses, more than 2,048"
    assert goes_up(kernel, FOUR_FRAME)
    assert goes_up(kernel, SIX_FRAME)
    kernel.hear_at([IPv4Address("10.2.0.0") + n for n in range(MAX_ADDRESSES)])
    assert kernel.hear_at([*many, ip_address(FOUR[1])]) is None
    assert not goes_up(kernel, FOUR_FRAME)


class Exhausted:
    """A table that the kernel has no memory for after so many entries."""

    def __init__(self, table: Map, left: int) -> None:
        self._table, self.left = table, left

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
        self._table[key] = value

    def __delitem__(self, key: bytes) -> None:
        del self._table[key]


def test_while_there_is_no_memory_for_addresses_all_goes_up(
    kernel: KernelReflector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of them would be worse: the rest could pose as somebody else's."""
    few = Exhausted(kernel.tables.addresses, 2)
    monkeypatch.setattr(kernel.tables, "addresses", few)
    own = [ip_address(one) for one in (SIX[1], FOUR[1], "10.0.1.7", "10.0.1.8", "10.0.1.9")]
    kernel.hear_at(own)
    assert all(goes_up(kernel, one) for one in (FOUR_FRAME, SIX_FRAME))
    assert goes_up(kernel, frame(FOUR[0], "10.0.1.8", PORTS, BARE))
    few.left = len(own)
    kernel.hear_at(own)
    assert not goes_up(kernel, FOUR_FRAME)
    kernel.hear_at([])
    assert goes_up(kernel, FOUR_FRAME)


def test_a_source_gets_its_burst_and_no_more_and_all_together_theirs(
    kernel: KernelReflector,
) -> None:
    for _ in range(7):
        kernel.program.test_run(SIX_FRAME)
    assert kernel.counters == {"reflected": 5, "reflected_by_kernel": 5, "source_rate": 2}
    for _ in range(4):
        kernel.program.test_run(FOUR_FRAME)
    assert kernel.counters == {
        "reflected": 8, "reflected_by_kernel": 8, "source_rate": 2, "total_rate": 1,
    }  # fmt: skip


def test_the_first_comes_at_any_rate_however_short_the_host_has_been_up(place: Place) -> None:
    made = made_at(place, Rules(8620, source_rate=1e-300, total_rate=1e-300))
    try:
        made.tell(ErrorEstimate(), 0)
        made.hear_at([ip_address(FOUR[1])])
        for _ in range(3):
            made.program.test_run(FOUR_FRAME)
        assert made.counters == {"reflected": 1, "reflected_by_kernel": 1, "source_rate": 2}
    finally:
        made.close()


def test_requests_that_go_up_are_charged_as_well(kernel: KernelReflector) -> None:
    long = frame(*SIX, PORTS, BARE + bytes(28))
    for _ in range(6):
        kernel.program.test_run(long)
    assert kernel.counters == {"source_rate": 1}


def test_a_session_goes_on_at_the_engine_and_never_comes_back(place: Place) -> None:
    made = made_at(place, Rules(8620))
    try:
        made.tell(ErrorEstimate(), 0)
        made.hear_at([ip_address(SIX[1])])
        for _ in range(3):
            made.program.test_run(SIX_FRAME)
        key = (SIX[0], PORTS[0], 3)
        session = made.hand_over(key, 10**12)
        assert session is not None
        assert (session.next_sequence, session.received, session.latest) == (3, 3, 1)
        assert goes_up(made, SIX_FRAME)
        assert made.hand_over(key, 10**12) is None
        made.sweep(10**12, lambda known: known == key)
        assert goes_up(made, SIX_FRAME)
        made.sweep(10**12, lambda _: False)
        assert made.program.test_run(SIX_FRAME).frame != SIX_FRAME
    finally:
        made.close()


def test_one_source_may_not_have_the_whole_table_until_it_falls_silent(place: Place) -> None:
    made = made_at(place, Rules(8620, max_sessions=1024, allowed=(ip_network("2001:db8::/32"),)))
    try:
        made.tell(ErrorEstimate(), 0)
        made.hear_at([ip_address(SIX[1])])
        for port in range(2000, 2070):
            made.program.test_run(frame(*SIX, (port, 8620), BARE))
        assert made.counters["table_full"] == 6
        made.sweep(1 << 62, lambda _: False)  # long after
        made.program.test_run(frame(*SIX, (3000, 8620), BARE))
        assert made.counters["table_full"] == 6
    finally:
        made.close()


def test_at_xdp_a_frame_to_another_station_goes_up() -> None:
    """The kernel has not yet found out whose it is, and a card may hear all."""
    made = made_at(XDP, Rules(8620))
    try:
        made.tell(ErrorEstimate(), 0)
        made.hear_at([ip_address(SIX[1])])
        assert goes_up(made, with_bytes(SIX_FRAME, 0, b"\2\0\0\0\0\7"))
        made.tables.station(LOOPBACK, b"\2\0\0\0\0\7")
        assert goes_up(made, SIX_FRAME)
        answered = made.program.test_run(with_bytes(SIX_FRAME, 0, b"\2\0\0\0\0\7"))
        assert answered.verdict == XDP_TX
        assert answered.frame[6:12] == b"\2\0\0\0\0\7"
    finally:
        made.close()
