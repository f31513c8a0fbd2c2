"""What is read of a kernel is what somebody made, and all of it, whatever else goes on there."""

import contextlib
import errno
import socket
import struct
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import IPv6Network

import pytest
from applied_router import ip, own, policy, router, shown, small_state
from waiting import until

from netkit.apply.changes import by_key
from netkit.apply.linux.kernel import Kernel
from netkit.apply.linux.route_socket import RTM_GETROUTE, RefusedError, RouteSocket
from netkit.apply.namespace import inside
from netkit.apply.objects import Route, Rule
from netkit.apply.place import Place
from netkit.apply.router import apply

pytestmark = pytest.mark.netns

HERE, THERE = "2001:db8:1::1", "2001:db8:2::1"
HOST = IPv6Network(f"{THERE}/128")


def told_too_big(netns: str) -> None:
    """The router hears that a ping of its own to ``THERE`` was too big (RFC 4443 §3.2)."""
    ping = struct.pack("!BBHHH", 128, 0, 0, 1, 1)
    head = struct.pack("!IHBB", 6 << 28, len(ping), socket.IPPROTO_ICMPV6, 64)
    addresses = (socket.inet_pton(socket.AF_INET6, one) for one in (HERE, THERE))
    said = struct.pack("!BBHI", 2, 0, 0, 1300) + head + b"".join(addresses) + ping
    with inside(netns), socket.socket(
        socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6
    ) as sender:  # fmt: skip
        sender.sendto(said, (HERE, 0))
    until(lambda: "1300" in shown(netns, "-6", "route", "show", "cache", "table", "all"), "learned")


@pytest.mark.parametrize("prefix", [policy(2).prefix, HOST])
def test_what_the_kernel_has_learned_of_one_destination_is_no_route_of_netkits(tmp_path, prefix):
    """A Packet Too Big leaves an exception to the policy's route, with its protocol."""
    with router() as netns:
        place, wanted = Place(tmp_path, netns), small_state(
            replace(policy(2, 2), prefix=prefix), Rule("lo", 100, 101)
        )  # fmt: skip
        ip(netns, "-6", "address", "add", f"{HERE}/128", "dev", "lo", "nodad")
        apply(place, "harbin", wanted)
        told_too_big(netns)
        assert own(netns) == by_key(wanted)
        assert apply(place, "harbin", wanted) == ()
        more = policy(3, 3)
        apply(place, "harbin", (*wanted, more))
        assert own(netns) == by_key((*wanted, more))


def batch(netns: str, *lines: str) -> None:
    command = ["ip", "-n", netns, "-6", "-batch", "-"]
    subprocess.run(command, input="".join(f"{one}\n" for one in lines), text=True, check=True)


def test_none_of_netkits_is_overlooked_or_read_twice_in_a_table_that_changes():
    """Between two parts of its answer the kernel begins anew, and passes over as many nodes."""
    sids = [f"5f00:1:{number:x}::/48" for number in range(1, 600)]
    others = [f"2001:{number:x}::/32 dev ge0" for number in range(0x100, 0x800)]
    ended = threading.Event()

    def come_and_go() -> None:
        while not ended.is_set():
            for word in ("add", "delete"):
                batch(netns, *(f"route {word} {one}" for one in others))

    with router() as netns:
        made = (f"route add {one} encap seg6local action End dev sr0 proto 93" for one in sids)
        batch(netns, "link add sr0 type bridge", "link set sr0 up", *made)
        with inside(netns), Kernel() as kernel, ThreadPoolExecutor() as others_too:
            others_too.submit(come_and_go)
            try:
                for _ in range(30):
                    found = [one for one in kernel.own() if isinstance(one, Route)]
                    assert sorted(str(one.prefix) for one in found) == sorted(sids)
            finally:
                ended.set()


class Answers:
    """In the place of the kernel's socket: each dump is answered with the next of these."""

    def __init__(self, real: socket.socket, *answers: bytes) -> None:
        self.close = real.close
        self.answers = list(answers)

    def send(self, _request: bytes) -> None:
        pass

    def recv(self, _size: int) -> bytes:
        return self.answers.pop(0)


def message(kind: int, number: int, flags: int, body: bytes) -> bytes:
    return struct.pack("=IHHII", 16 + len(body), kind, flags, number, 0) + body


ROUTE, DONE, CHANGED = 24, 3, 0x10


def dumped(monkeypatch: pytest.MonkeyPatch, *answers: bytes) -> list[bytes]:
    """What a dump is taken to be that is answered so."""
    with contextlib.closing(RouteSocket()) as asked, monkeypatch.context() as patched:
        patched.setattr(asked, "_socket", Answers(asked._socket, *answers))
        return asked.dump(RTM_GETROUTE, bytes(12))


def test_a_dump_that_is_not_of_one_moment_is_asked_for_again(monkeypatch):
    changed = (message(ROUTE, 1, 0, b"half"), message(DONE, 1, CHANGED, bytes(4)))
    whole = (message(ROUTE, 2, 0, b"all."), message(ROUTE, 2, 0, b"four"))
    end = message(DONE, 2, 0, bytes(4))
    assert dumped(monkeypatch, *changed, *whole, end) == [b"all.", b"four"]


def test_a_dump_that_the_kernel_broke_off_is_not_taken_for_all(monkeypatch):
    broken = message(DONE, 1, 0, struct.pack("=i", -errno.ENOBUFS))
    with pytest.raises(RefusedError):
        dumped(monkeypatch, message(ROUTE, 1, 0, b"half"), broken)
