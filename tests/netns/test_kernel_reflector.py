"""``netkit probe reflect`` in the kernel, on a veth pair: who answers, and what is left."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from waiting import reaches

from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat
from netkit.wire.tlv import Tlv, TlvType

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

LEFT, RIGHT = f"nkkl{os.getpid()}", f"nkkr{os.getpid()}"
NETKIT = [sys.executable, "-c", "from netkit.cli.main import main; main()"]
SIX, FOUR = "2001:db8:7::2", "10.7.0.2"
PORT = 8620
PADDING = Tlv(TlvType.EXTRA_PADDING, bytes(8))
ATTACHED = (
    "import socket; from netkit.bpf.links import programs_at; from netkit.bpf.program import Hook;"
    "print(*programs_at(socket.if_nametoindex('nkk0'), Hook.TCX_INGRESS))"
)
Reflect = Callable[..., subprocess.Popen[str]]


def run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def reflect() -> Iterator[Reflect]:
    """Starts a reflector in RIGHT; the namespaces have IPv6 and IPv4, and one interface each."""
    with ExitStack() as stack:
        for name in (LEFT, RIGHT):
            run("ip", "netns", "add", name)
            stack.callback(run, "ip", "netns", "delete", name)
        run("ip", "link", "add", "nkk0", "netns", LEFT, "type", "veth", "peer", "nkk0",
            "netns", RIGHT)  # fmt: skip
        for name, last in ((LEFT, 1), (RIGHT, 2)):
            inside = ("ip", "-n", name)
            run(*inside, "address", "add", f"2001:db8:7::{last}/64", "dev", "nkk0", "nodad")
            run(*inside, "address", "add", f"10.7.0.{last}/24", "brd", "+", "dev", "nkk0")
            run(*inside, "link", "set", "nkk0", "up")
            run(*inside, "link", "set", "lo", "up")
        run("ip", "-n", LEFT, "address", "add", "2001:db8:7::9/64", "dev", "nkk0", "nodad")
        for address in (SIX, FOUR):
            reaches(LEFT, address)

        def start(*words: str) -> subprocess.Popen[str]:
            inside = ["ip", "netns", "exec", RIGHT, *NETKIT, "probe", "reflect"]
            process = subprocess.Popen(
                [*inside, "--port", str(PORT), *words], text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            stack.callback(process.communicate)
            stack.callback(process.kill)
            return process

        yield start


def told(process: subprocess.Popen[str]) -> str:
    """How base packets are answered, once the reflector is ready."""
    assert process.stderr is not None
    process.stderr.readline()
    return process.stderr.readline().strip()


def ended(process: subprocess.Popen[str]) -> dict[str, int]:
    """What it counted."""
    process.terminate()
    output, _ = process.communicate(timeout=300)
    lines = [line.rsplit(" ", 1) for line in output.splitlines()]
    return {name: int(count) for name, count in lines}


class Sender:
    """A plain socket in LEFT, for the length of a ``with`` block."""

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self.udp.close()

    def __init__(self, to: str, source: str = "") -> None:
        here = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{LEFT}", os.O_RDONLY)
        libc = ctypes.CDLL(None, use_errno=True)
        try:
            assert libc.setns(there, 0x40000000) == 0
            family = socket.AF_INET6 if ":" in to else socket.AF_INET
            self.udp = socket.socket(family, socket.SOCK_DGRAM)
            self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            self.udp.bind((source, 0))
        finally:
            assert libc.setns(here, 0x40000000) == 0
            os.close(here)
            os.close(there)
        self.to = (to, PORT)
        self.sent = 0

    def ask(self, *tlvs: Tlv, form: TimestampFormat = TimestampFormat.PTP) -> ReflectorPacket:
        packet = SenderPacket(self.sent, 1, ErrorEstimate(form=form), 9, tlvs).to_bytes()
        self.sent += 1
        self.udp.sendto(packet, self.to)
        self.udp.settimeout(10)
        reply, source = self.udp.recvfrom(2048)
        assert len(reply) == len(packet)
        assert source[:2] == self.to
        return ReflectorPacket.parse(reply)

    def is_silent(self) -> bool:
        """Whether nothing comes back within a moment in which everything else has."""
        self.udp.settimeout(0.5)
        try:
            self.udp.recv(2048)
        except TimeoutError:
            return True
        return False


@pytest.mark.parametrize("to", [SIX, FOUR])
@pytest.mark.parametrize("form", TimestampFormat)
def test_bare_requests_are_the_kernels_and_a_session_goes_on_where_tlvs_are_read(
    reflect: Reflect, to: str, form: TimestampFormat
) -> None:
    process = reflect("--kernel", "tcx")
    assert told(process) == "Base packets are answered by the kernel (TCX) on nkk0."
    now_ns = time.time_ns()
    with Sender(to) as sender:
        replies = [sender.ask(form=form) for _ in range(5)]
        replies += [sender.ask(PADDING, form=form), sender.ask(form=form)]
    assert [reply.sequence for reply in replies] == list(range(7))
    assert [reply.sender_sequence for reply in replies] == list(range(7))
    assert {reply.error_estimate.form for reply in replies} == {form}
    assert all(0 <= reply.timestamp_ns - reply.receive_timestamp_ns < 10**9 for reply in replies)
    assert all(abs(reply.timestamp_ns - now_ns) < 60 * 10**9 for reply in replies)
    assert ended(process) == {"reflected": 7, "reflected_by_kernel": 5}


def test_refusals_are_counted_as_in_python(reflect: Reflect) -> None:
    process = reflect("--kernel", "tcx", "--allow", "2001:db8:7::1/128", "--allow", "10.7.0.0/24")
    told(process)
    with Sender(SIX, "2001:db8:7::1") as named:
        named.ask()
    for to, source in ((SIX, "2001:db8:7::9"), ("10.7.0.255", "")):
        with Sender(to, source) as unheard:
            unheard.udp.sendto(SenderPacket(0, 1, ErrorEstimate(), 9).to_bytes(), unheard.to)
            assert unheard.is_silent()
    counted = ended(process)
    assert counted == {
        "reflected": 1, "reflected_by_kernel": 1, "not_allowed": 1, "not_unicast": 1,
    }  # fmt: skip


def test_nothing_is_attached_after_its_process_was_killed(reflect: Reflect) -> None:
    inside = ("ip", "netns", "exec", RIGHT, sys.executable, "-c", ATTACHED)
    process = reflect()
    told(process)
    assert run(*inside).strip() == "netkit_stamp"
    asked = ["ip", "netns", "exec", RIGHT, *NETKIT, "doctor", "--json"]
    document = json.loads(subprocess.run(asked, capture_output=True, check=False).stdout)
    checks = {check["name"]: check for check in document["checks"]}
    assert checks["kernel reflector"]["present"]
    assert checks["kernel reflector"]["detail"].endswith("; attached to nkk0")
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 20
    while run(*inside).strip() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not run(*inside).strip()


def test_without_what_it_takes_python_answers_and_says_why(reflect: Reflect) -> None:
    process = reflect("--interface", "lo")
    said = "in Python: lo is not one that is in no bridge, bond or VRF."
    assert told(process) == f"Base packets are answered {said}"
    refused = reflect("--interface", "lo", "--kernel", "tcx")
    _, error = refused.communicate(timeout=300)
    assert refused.returncode == 3
    assert "ask for auto" in error
    off = ended(process)
    assert off == {}


def test_a_host_with_more_addresses_than_places_is_answered_for_in_python(
    reflect: Reflect,
) -> None:
    lines = [f"address add 10.8.{n >> 8}.{n & 255}/32 dev nkk0\n" for n in range(2050)]
    subprocess.run(["ip", "-n", RIGHT, "-batch", "-"], input="".join(lines), text=True, check=True)
    said = told(reflect())
    assert "answered in Python: this host has 2,0" in said
    assert said.endswith("addresses, more than 2,048.")


def test_addresses_that_are_too_many_while_it_runs_are_told_once(reflect: Reflect) -> None:
    """Python answered from then on, without a word."""
    process = reflect("--kernel", "tcx")
    assert "by the kernel (TCX)" in told(process)
    assert process.stderr is not None

    def change(verb: str, numbers: range) -> None:
        lines = [f"address {verb} 10.8.{n >> 8}.{n & 255}/32 dev nkk0\n" for n in numbers]
        asked = ["ip", "-n", RIGHT, "-batch", "-"]
        subprocess.run(asked, input="".join(lines), text=True, check=True)

    change("add", range(2050))
    line = process.stderr.readline()
    assert line.startswith("Base packets are answered in Python: this host has 2,0")
    assert line.endswith("addresses, more than 2,048.\n")
    change("add", range(2050, 2054))
    change("del", range(2054))
    assert process.stderr.readline().startswith("Base packets are answered by the kernel (TCX) on")


def test_addresses_that_need_no_place_are_no_reason_not_to_answer(reflect: Reflect) -> None:
    """Each link has its own of some, and at others nobody listens."""
    lines = [f"address add fe80::a:{n:x}/64 dev nkk0 nodad\n" for n in range(1, 1200)]
    lines += [f"address add 10.8.{n >> 8}.{n & 255}/32 dev nkk0\n" for n in range(1200)]
    subprocess.run(["ip", "-n", RIGHT, "-batch", "-"], input="".join(lines), text=True, check=True)
    assert "by the kernel (TCX)" in told(reflect("--kernel", "tcx"))
    more = [f"address add 10.9.{n >> 8}.{n & 255}/32 dev nkk0\n" for n in range(1200)]
    subprocess.run(["ip", "-n", RIGHT, "-batch", "-"], input="".join(more), text=True, check=True)
    process = reflect("--kernel", "tcx", "--bind", FOUR, "--port", str(PORT + 1))
    assert "by the kernel (TCX)" in told(process)


def test_an_address_that_comes_later_is_answered_too(reflect: Reflect) -> None:
    process = reflect("--kernel", "tcx")
    told(process)
    run("ip", "-n", RIGHT, "address", "add", "2001:db8:7::5/64", "dev", "nkk0", "nodad")
    asked = 10
    for _ in range(asked):
        with Sender("2001:db8:7::5") as sender:
            sender.ask()  # each a session of its own
        time.sleep(0.2)  # addresses are looked at once a second
    counted = ended(process)
    assert counted["reflected"] == asked
    assert 0 < counted["reflected_by_kernel"] <= asked
