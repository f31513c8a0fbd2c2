"""The kernel's program against the kernel itself: nothing is answered that no socket would hear.

Frames that are odd in one way or another arrive at a veth of a namespace. Whether a socket there
hears of them is the truth; the program, loaded and attached nowhere, is shown the same frames.
"""

from __future__ import annotations

import ctypes
import os
import select
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address
from random import Random

import pytest
from examples import enough

from benchmarks.kernel_frames import frame
from benchmarks.kernel_odd_frames import odd_frame
from benchmarks.kernel_oracle import LOOPBACK
from netkit.probe.in_kernel.place import TCX, XDP, Place
from netkit.probe.in_kernel.reflector import KernelReflector
from netkit.probe.in_kernel.rules import Rules
from netkit.probe.kernel.links_and_addresses import broadcast_addresses
from netkit.probe.run.reflecting.in_kernel import heard_at
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import ErrorEstimate

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

LEFT, RIGHT = f"nkdl{os.getpid()}", f"nkdr{os.getpid()}"
PORT, MARKER = 8620, b"everything before this has come"
MAC = bytes((2, 0, 0, 0, 0, 2))
BARE = SenderPacket(1, 2, ErrorEstimate(), 3).to_bytes()


def run(*words: str) -> None:
    subprocess.run(words, check=True)


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """What is opened there stays there; the thread comes back."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        assert libc.setns(there, 0) == 0
        yield
    finally:
        assert libc.setns(home, 0) == 0
        os.close(there)
        os.close(home)


class Wire:
    """A socket that puts frames on a veth, and those that hear at the other end."""

    def __init__(self, stack: ExitStack) -> None:
        self._sent = 0
        with inside(LEFT):
            self._out = stack.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
            self._out.bind(("nkd0", 0))
        with inside(RIGHT):
            self._in = [
                stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
                for family in (socket.AF_INET6, socket.AF_INET)
            ]
            self._in[0].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            for udp, address in zip(self._in, ("::", "0.0.0.0"), strict=True):
                udp.setblocking(False)
                udp.bind((address, PORT))

    def hears(self, data: bytes, four: bool) -> bool:
        """Whether a socket hears of a frame: of it, or of the next alone, which is a good one."""
        ends = ("10.7.0.1", "10.7.0.2") if four else ("2001:db8:7::1", "2001:db8:7::2")
        udp = self._in[four]
        self._sent += 1
        last = MARKER + self._sent.to_bytes(4)
        self._out.send(MAC + data[6:])
        heard = 0
        for _ in range(60):  # a kernel without memory may lose a good frame
            self._out.send(MAC + frame(*ends, (40_001, PORT), last)[6:])
            while select.select([udp], [], [], 5)[0]:
                came = udp.recv(2000)
                if came == last:
                    return heard > 0
                heard += not came.startswith(MARKER)
        raise AssertionError("a good frame was not heard")


@contextmanager
def on_one_processor() -> Iterator[None]:
    """Each has a queue of its own: of two frames the second may be heard first where the sender
    has moved on to another in between."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@pytest.fixture
def wire() -> Iterator[Wire]:
    """2001:db8:7::2 and 10.7.0.2 at one end, loopback up, sources taken by any interface."""
    with ExitStack() as stack:
        stack.enter_context(on_one_processor())
        for name in (LEFT, RIGHT):
            run("ip", "netns", "add", name)
            stack.callback(run, "ip", "netns", "delete", name)
        run("ip", "link", "add", "nkd0", "netns", LEFT, "type", "veth",
            "peer", "nkd0", "netns", RIGHT, "address", MAC.hex(":"))  # fmt: skip
        there = ("ip", "-n", RIGHT)
        run("ip", "-n", LEFT, "link", "set", "nkd0", "up")
        run(*there, "link", "set", "lo", "up")
        run(*there, "link", "set", "nkd0", "up")
        run(*there, "address", "add", "10.7.0.2/24", "brd", "+", "dev", "nkd0")
        run(*there, "address", "add", "2001:db8:7::2/64", "dev", "nkd0", "nodad")
        run(*there, "route", "add", "default", "dev", "nkd0")
        run(*there, "-6", "route", "add", "default", "dev", "nkd0")
        yield Wire(stack)


@pytest.mark.parametrize("place", [TCX, XDP], ids=["TCX", "XDP"])
def test_what_the_kernel_would_not_deliver_is_left_to_it(wire: Wire, place: Place) -> None:
    random, wrong, taken = Random(1), set[str](), 0
    with inside(RIGHT):
        kernel = KernelReflector(Rules(PORT), place)
        try:
            kernel.tables.station(LOOPBACK, bytes(6))
            kernel.tell(ErrorEstimate(), 0)
            hear(kernel)
            for _ in range(enough(12_000, 60_000)):
                data = odd_frame(random, PORT, BARE)
                try:
                    answer = kernel.program.test_run(data).frame
                except OSError:
                    continue  # too short to be shown
                if answer == data:
                    continue
                taken += 1
                if not wire.hears(data, four=data[12:14] == b"\x08\0"):
                    wrong.add(told(data))
        finally:
            kernel.close()
    assert taken > 200
    assert not wrong, sorted(wrong)[:20]


def test_broadcast_addresses_are_those_that_the_kernel_takes_for_such(wire: Wire) -> None:
    there = ("ip", "-n", RIGHT, "address", "add")
    run(*there, "10.8.0.1/30", "dev", "nkd0")
    run(*there, "10.9.0.1/31", "dev", "nkd0")
    run(*there, "10.10.0.1/32", "dev", "nkd0")
    run(*there, "10.11.0.1/24", "brd", "10.11.9.9", "dev", "nkd0")
    shown = subprocess.run(
        ["ip", "-n", RIGHT, "route", "show", "table", "local", "type", "broadcast"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    with inside(RIGHT):
        found = {str(one) for one in broadcast_addresses()}
    assert found == {line.split()[0 if line[0].isdigit() else 1] for line in shown.splitlines()}
    assert {"10.7.0.255", "10.8.0.3", "10.11.0.255", "10.11.9.9"} <= found


def hear(kernel: KernelReflector) -> None:
    """As a reflector does that is bound to all addresses."""
    kernel.hear_at(heard_at([IPv6Address("::"), IPv4Address("0.0.0.0")]), broadcast_addresses())


def told(data: bytes) -> str:
    if data[12:14] == b"\x08\0":
        return f"{ip_address(data[26:30])} > {ip_address(data[30:34])} {data[14:].hex()}"
    return f"{ip_address(data[22:38])} > {ip_address(data[38:54])} {data[14:].hex()}"
