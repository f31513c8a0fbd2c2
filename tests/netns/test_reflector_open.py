"""Reflectors as they run, in the open: loops, destinations of many, interfaces, both IP versions.

Two hosts on one link, ``a`` and ``b``; packets are counted on the wire by nftables.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from netns_net import Net, net
from reflector_process import reflecting
from waiting import running, until

from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import ErrorEstimate

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

A4, B4, A6, B6 = "192.0.2.1", "192.0.2.2", "2001:db8:1::1", "2001:db8:1::2"
PROBE = SenderPacket(7, 2, ErrorEstimate(), 3).to_bytes()
LONGER = PROBE + bytes.fromhex("80070010") + bytes(16)
COUNTERS = """table inet t {
  chain out { type filter hook output priority 0; meta l4proto udp udp length > 8 counter; }
}"""
ECHO = """
import socket, sys
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind((sys.argv[1], int(sys.argv[2])))
print("echoing", file=sys.stderr, flush=True)
while True:
    udp.sendto(*udp.recvfrom(9000))
"""


@pytest.fixture(scope="module")
def link() -> Iterator[Net]:
    with net() as made:
        for node in "ab":
            made.node(node)
        made.link(("a", "v-a", f"{A6}/64", f"{A4}/24"), ("b", "v-b", f"{B6}/64", f"{B4}/24"))
        made.link(("a", "w-a", "2001:db8:2::1/64"), ("b", "w-b", "2001:db8:2::2/64"))
        yield made


@contextmanager
def counted(link: Net, *nodes: str) -> Iterator[None]:
    for node in nodes:
        link.nft(node, COUNTERS)
    try:
        yield
    finally:
        for node in nodes:
            link.nft(node, "delete table inet t")


def sent(link: Net, node: str) -> int:
    """The UDP datagrams that a node has sent since."""
    listed = json.loads(link.told(node, "nft", "-j", "list", "table", "inet", "t"))
    rules = [item["rule"] for item in listed["nftables"] if "rule" in item]
    return sum(part["counter"]["packets"] for rule in rules for part in rule["expr"]
               if "counter" in part)  # fmt: skip


def forge(link: Net, source: tuple[str, int], to: tuple[str, int], data: bytes) -> None:
    """Send from ``a`` a datagram that somebody else is said to have sent."""
    udp = struct.pack("!HHHH", source[1], to[1], 8 + len(data), 0) + data
    header = struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, socket.IPPROTO_UDP, 0,
        socket.inet_aton(source[0]), socket.inet_aton(to[0]),
    )  # fmt: skip
    with link.entered("a"), socket.socket(socket.AF_INET, socket.SOCK_RAW, 255) as raw:
        raw.sendto(header + udp, (to[0], 0))


def settled(link: Net, *nodes: str) -> int:
    """The datagrams that all have sent, once that has not changed for a while."""
    before, since = -1, time.monotonic()
    while time.monotonic() - since < 0.3:
        now = sum(sent(link, node) for node in nodes)
        if now != before:
            before, since = now, time.monotonic()
        if now > 100:
            return now
        time.sleep(0.1)
    return before


@pytest.mark.parametrize("ports", [(862, 8862), (9000, 9001)])
@pytest.mark.parametrize("options", [(), ("--stateless", "--rate", "0")])
def test_two_reflectors_and_one_forged_datagram(
    link: Net, ports: tuple[int, int], options: tuple[str, ...]
) -> None:
    near, far = (A4, ports[0]), (B4, ports[1])
    with (
        reflecting("--port", str(ports[0]), *options, inside=link.at("a")),
        reflecting("--port", str(ports[1]), *options, inside=link.at("b")),
    ):
        for source, to in ((near, far), (far, near)):
            for data in (PROBE, LONGER, bytes(range(1, 90))):
                with counted(link, "a", "b"):
                    forge(link, source, to, data)
                    assert settled(link, "a", "b") - 1 <= 2


@pytest.mark.parametrize("port", [7, 7777])
def test_an_echo_service_and_one_forged_datagram(link: Net, port: int) -> None:
    echo = (*link.at("a"), sys.executable, "-c", ECHO, A4, str(port))
    with (
        running(*echo, ready="echoing"),
        reflecting("--rate", "0", inside=link.at("b")),
        counted(link, "a", "b"),
    ):
        forge(link, (A4, port), (B4, 862), PROBE)
        assert settled(link, "a", "b") - 1 <= 2


def test_what_is_sent_to_many_is_answered_by_nobody(link: Net) -> None:
    with reflecting("--rate", "0", inside=link.at("b")):
        for to in ("192.0.2.255", "255.255.255.255", "224.0.0.1", "ff02::1"):
            for data, burst in ((PROBE, 1), (PROBE, 64), (LONGER, 1), (LONGER, 64)):
                with counted(link, "b"):
                    assert to_many(link, to, data, burst)[24:28] == PROBE[:4]
                    assert sent(link, "b") == 1


def to_many(link: Net, to: str, data: bytes, burst: int) -> bytes:
    """Send to that address, then to the host itself; the answer to that, which is the last."""
    family = socket.AF_INET6 if ":" in to else socket.AF_INET
    with link.entered("a"):
        udp = socket.socket(family, socket.SOCK_DGRAM)
    with udp:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"v-a\0")
        udp.settimeout(20)
        for _ in range(burst):
            udp.sendto(data, (to, 862))
        udp.sendto(data, (B6 if family == socket.AF_INET6 else B4, 862))
        return udp.recv(100)


def send(link: Net, host: str, *options: str) -> dict[str, int]:
    words = ("--count", "5", "--interval", "5ms", "--timeout", "3000ms", "--json", *options)
    told = link.netkit("a", "probe", "send", host, *words).stdout
    found: dict[str, int] = json.loads(told)["outcomes"]
    return found


def test_the_default_reflector_answers_both_ip_versions(link: Net) -> None:
    with reflecting(inside=link.at("a")):
        for host in (A4, A6, "localhost"):
            assert send(link, host)["received"] == 5


def test_a_reflector_keeps_to_its_interface(link: Net) -> None:
    with reflecting("--interface", "w-b", inside=link.at("b")):
        assert send(link, "2001:db8:2::2")["received"] == 5
        assert send(link, B6)["received"] == 0


def test_a_sender_keeps_to_its_interface(link: Net) -> None:
    """The same address over either link: by default over the one, as asked over the other."""
    link.ip("a", "-6", "route", "add", "2001:db8:1::/64", "via", "2001:db8:2::2", "dev", "w-a",
            "metric", "4000")  # fmt: skip
    with reflecting(inside=link.at("b")):
        for device, options in (("v-a", ()), ("w-a", ("--interface", "w-a"))):
            link.nft("a", COUNTERS.replace("meta l4proto udp", f'oifname "{device}"'))
            try:
                assert send(link, B6, *options)["received"] == 5
                assert sent(link, "a") == 6  # and the closing probe
            finally:
                link.nft("a", "delete table inet t")
        told = link.netkit("a", "probe", "send", B6, "--interface", "no-such")
        assert (told.returncode, told.stdout) == (3, "")


def test_an_interface_that_is_made_anew_is_answered_over_again(link: Net) -> None:
    """As `netplan apply` and `ifreload` make VLANs and VRFs: another device, of the same name."""
    ends = ("a", "x-a", "2001:db8:3::1/64"), ("b", "x-b", "2001:db8:3::2/64")
    link.link(*ends)
    words = ("--port", "8629", "--interface", "x-b")
    with reflecting(*words, inside=link.at("b")) as process:
        assert answered(link, "2001:db8:3::2", 8629)
        link.ip("a", "link", "delete", "x-a")
        link.link(*ends)
        until(lambda: answered(link, "2001:db8:3::2", 8629), "an answer over the new device")
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    assert "reflected " in output


def test_an_address_of_a_link_is_bound_to_by_its_zone(link: Net) -> None:
    for node, own in ("a", "fe80::a"), ("b", "fe80::b"):
        link.ip(node, "address", "add", f"{own}/64", "dev", f"v-{node}", "nodad")
    with reflecting("--port", "8630", "--bind", "fe80::b%v-b", inside=link.at("b")):
        words = ("--port", "8630", "--source", "fe80::a%v-a", "--count", "3", "--json")
        told = link.netkit("a", "probe", "send", "fe80::b%v-a", *words)
    (flow,) = json.loads(told.stdout)["flows"]
    assert (flow["forward"]["received"], flow["backward"]["received"]) == (3, 3)


def answered(link: Net, address: str, port: int) -> bool:
    """Whether a probe from ``a`` is answered within a while."""
    with link.entered("a"), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
        udp.settimeout(1)
        try:
            udp.sendto(PROBE, (address, port))
            return bool(udp.recv(9000))
        except OSError:
            return False
