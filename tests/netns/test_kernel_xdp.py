"""``netkit probe reflect --kernel xdp`` at a network card, and where there is none that it serves.

The card is a TAP: its driver runs programs at XDP itself, and what comes and goes is read here.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import select
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from waiting import until

from benchmarks.kernel_frames import frame
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

NAME, PORT = f"nkxdp{os.getpid()}", 8620
ENDS = {6: ("2001:db8:7::1", "2001:db8:7::2"), 4: ("10.7.0.1", "10.7.0.2")}
_TUNSETIFF, _TAP_WITHOUT_HEADER, _NEWNET = 0x400454CA, 0x1002, 0x40000000
ASK = SenderPacket(7, 0, ErrorEstimate(), 3)


def ip(*words: str) -> str:
    command = ["ip", "-n", NAME, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def tap(name: str) -> int:
    """A network card of the namespace whose cable ends in the returned descriptor."""
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{NAME}", os.O_RDONLY)
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        assert libc.setns(there, _NEWNET) == 0
        cable = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(cable, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _TAP_WITHOUT_HEADER))
        return cable
    finally:
        assert libc.setns(here, _NEWNET) == 0
        os.close(here)
        os.close(there)


@pytest.fixture
def cable() -> Iterator[int]:
    """That of ``nkt0``, which has the second of ENDS."""
    subprocess.run(["ip", "netns", "add", NAME], check=True)
    with ExitStack() as stack:
        stack.callback(subprocess.run, ["ip", "netns", "delete", NAME], check=True)
        descriptor = tap("nkt0")
        stack.callback(os.close, descriptor)
        ip("address", "add", "2001:db8:7::2/64", "dev", "nkt0", "nodad")
        ip("address", "add", "10.7.0.2/24", "dev", "nkt0")
        ip("link", "set", "nkt0", "up")
        yield descriptor


def reflector(*words: str) -> subprocess.Popen[str]:
    netkit = [sys.executable, "-c", "from netkit.cli.main import main; main()"]
    command = ["ip", "netns", "exec", NAME, *netkit, "probe", "reflect", "--port", str(PORT)]
    return subprocess.Popen([*command, *words], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)  # fmt: skip


def attached() -> str:
    """Where netkit doctor sees a reflector in the kernel."""
    asked = "from netkit.probe.run.reflecting.kernel_ability import attached; print(*attached())"
    command = ["ip", "netns", "exec", NAME, sys.executable, "-c", asked]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def answers(cable: int, request: bytes) -> list[bytes]:
    """What comes out of the cable back to where the request is from, after it was put in."""
    os.write(cable, request)
    found = []
    while select.select([cable], [], [], 0.2)[0]:
        data = os.read(cable, 4096)
        if data[:6] == request[6:12]:
            found.append(data)
    return found


@pytest.mark.parametrize("version", [6, 4])
def test_a_card_answers_by_itself(cable: int, version: int) -> None:
    (link,) = json.loads(ip("-j", "link", "show", "nkt0"))
    here, there = ENDS[version]
    request = (
        bytes.fromhex(link["address"].replace(":", ""))
        + frame(here, there, (40_000, PORT), ASK.to_bytes())[6:]
    )
    with reflector("--kernel", "xdp") as process:
        try:
            assert process.stderr is not None
            process.stderr.readline()
            assert process.stderr.readline().strip() == (
                "Base packets are answered by the kernel (XDP) on nkt0."
            )
            assert "xdp" in ip("link", "show", "nkt0")
            assert attached() == "nkt0"
            replies: list[bytes] = []
            # It answers once it has been told the clock and the addresses.
            until(lambda: replies.extend(answers(cable, request)) or replies, "a reply")
        finally:
            process.terminate()
            output = process.communicate()[0]
    reply = ReflectorPacket.parse(replies[0][len(request) - 44 :])
    assert (reply.sender_sequence, reply.ssid) == (7, 3)
    assert (
        replies[0]
        == request[6:12]
        + request[:6]
        + frame(there, here, (PORT, 40_000), replies[0][len(request) - 44 :])[12:]
    )
    counted = dict(line.rsplit(" ", 1) for line in output.splitlines())
    assert int(counted["reflected_by_kernel"]) == int(counted["reflected"]) > 0
    assert "xdp" not in ip("link", "show", "nkt0"), "it went with its process"


def refused(*words: str) -> str:
    with reflector("--kernel", "xdp", *words) as process:
        _, error = process.communicate(timeout=300)
    assert process.returncode == 3
    return error


def test_a_veth_is_refused_with_what_serves_it(cable: int) -> None:
    ip("link", "add", "nkv0", "type", "veth", "peer", "nkv1")
    error = refused("--interface", "nkv0")
    assert "nkv0 is a veth" in error
    assert "TCX serves any" in error
