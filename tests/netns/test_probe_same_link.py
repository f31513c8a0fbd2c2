"""Replies over the link that the request came in by (RFC 9503 §4.1.1), and from another address.

``a`` sends over the second of two links; by routing alone ``b`` answers over the first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address

import pytest
from netns_net import Net, net
from reflector_process import reflecting

from netkit.model.measurement.sample import Outcome
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.run.loop import ReflectorPort, run_sessions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.request import smallest_request
from netkit.probe.sender.result import SessionResult
from netkit.probe.sender.session import SenderSession
from netkit.wire.return_path import SAME_LINK, ReturnPath
from netkit.wire.tlv import Tlv, TlvType

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

MS = 1_000_000
ENDS = {6: ("2001:db8:a::1", "2001:db8:b::1"), 4: ("198.51.100.1", "198.51.100.2")}
NEAR = {6: "2001:db8:2::1", 4: "192.0.2.21"}
LINKS = {6: "2001:db8:2::2", 4: "192.0.2.22"}
OTHERS = frozenset(ip_address(ends[1]) for ends in ENDS.values())
COUNTERS = """table inet t {
  chain c {
    type filter hook prerouting priority 0;
    iifname "v-a1" udp length > 8 counter
    iifname "v-a2" udp length > 8 counter
  }
}"""


@pytest.fixture(scope="module")
def two_links() -> Iterator[Net]:
    with net() as made:
        for node in "ab":
            made.node(node)
        for n in "12":
            made.link(
                ("a", f"v-a{n}", f"2001:db8:{n}::1/64", f"192.0.2.{n}1/28"),
                ("b", f"v-b{n}", f"2001:db8:{n}::2/64", f"192.0.2.{n}2/28"),
            )
        for node, version, own in (("a", 0, 0), ("b", 1, 1)):
            for address in (ENDS[6][version], ENDS[4][own]):
                made.ip(node, "address", "add", address, "dev", "lo")
        made.ip("a", "-6", "route", "add", ENDS[6][1], "via", "2001:db8:2::2")
        made.ip("a", "route", "add", ENDS[4][1], "via", "192.0.2.22")
        for n, metric in (("1", "100"), ("2", "200")):
            made.ip(
                "b", "-6", "route", "add", ENDS[6][0], "via", f"2001:db8:{n}::1", "metric", metric
            )
            made.ip("b", "route", "add", ENDS[4][0], "via", f"192.0.2.{n}1", "metric", metric)
        yield made


def measure(two_links: Net, version: int, far: str, *tlvs: Tlv) -> SessionResult:
    config = SessionConfig(
        count=20, interval_ns=2 * MS, tlvs=tlvs, request_bytes=smallest_request(tlvs)
    )
    with ExitStack() as stack:
        client = two_links.socket("a", ENDS[version][0])
        server = two_links.socket("b", "::" if version == 6 else "0.0.0.0")
        stack.callback(client.close)
        stack.callback(server.close)
        sender = SenderPort(SenderSession(config), client, (far, server.port))
        reflector = Reflector(policy=ReflectorPolicy(addresses=OTHERS))
        with two_links.entered("b"):
            run = run_sessions([sender], [ReflectorPort(reflector, server)], deadline_s=60)
    return run.sessions[0]


def packets(two_links: Net) -> list[int]:
    """What the counters at ``a`` have counted."""
    listed = json.loads(two_links.told("a", "nft", "-j", "list", "table", "inet", "t"))
    rules = [item["rule"] for item in listed["nftables"] if "rule" in item]
    parts = [part for rule in rules for part in rule["expr"] if "counter" in part]
    return [part["counter"]["packets"] for part in parts]


@contextmanager
def counting(two_links: Net) -> Iterator[Callable[[], list[int]]]:
    """Yields what tells how many packets came to ``a`` over each link."""

    two_links.nft("a", COUNTERS)
    try:
        yield lambda: packets(two_links)
    finally:
        two_links.nft("a", "delete table inet t")


ASKED = Tlv(TlvType.RETURN_PATH, ReturnPath(control_code=SAME_LINK).to_value())


@pytest.mark.parametrize(
    ("version", "far", "tlvs", "links", "refused"),
    [
        (6, LINKS[6], (), [21, 0], {}),
        (6, LINKS[6], (ASKED,), [0, 21], {}),
        (4, LINKS[4], (), [21, 0], {}),
        (4, LINKS[4], (ASKED,), [0, 21], {}),
        (4, ENDS[4][1], (ASKED,), [0, 21], {}),
        # Linux would send from the address of the link instead: told, not done.
        (6, ENDS[6][1], (ASKED,), [21, 0], {"return_path": 21}),
    ],
)
def test_replies_take_the_link_asked_for_or_say_that_they_did_not(
    two_links: Net,
    version: int,
    far: str,
    tlvs: tuple[Tlv, ...],
    links: list[int],
    refused: dict[str, int],
) -> None:
    with counting(two_links) as arrived:
        session = measure(two_links, version, far, *tlvs)
        assert arrived() == links
    assert [sample.outcome for sample in session.samples] == [Outcome.RECEIVED] * 20
    assert session.path.refused == refused


@pytest.mark.parametrize("version", [6, 4])
def test_a_reply_leaves_from_the_node_address_asked_for(two_links: Net, version: int) -> None:
    node = ip_address(ENDS[version][1])
    asked = Tlv(TlvType.DESTINATION_NODE_ADDRESS, node.packed)
    two_links.nft(
        "a",
        f"table inet s {{ chain c {{ type filter hook prerouting priority 0; "
        f"{'ip6' if version == 6 else 'ip'} saddr != {node} udp length > 8 drop; }}; }}",
    )
    try:
        session = measure(two_links, version, LINKS[version], asked)
    finally:
        two_links.nft("a", "delete table inet s")
    assert [sample.outcome for sample in session.samples] == [Outcome.RECEIVED] * 20
    assert session.path.refused == {}


@pytest.mark.parametrize("version", [6, 4])
@pytest.mark.parametrize(("allowed", "sources"), [(True, (0, 21)), (False, (21, 0))])
def test_replies_to_another_address_of_the_sender(
    two_links: Net, version: int, allowed: bool, sources: tuple[int, int]
) -> None:
    """Told by ``netkit probe send`` itself: packets to the address asked from, and to the other."""
    other, near = ENDS[version][0], NEAR[version]
    rules = "; ".join(
        f"{'ip6' if version == 6 else 'ip'} daddr {address} udp sport 862 counter"
        for address in (near, other)
    )
    table = f"table inet t {{ chain c {{ type filter hook prerouting priority 0; {rules}; }}; }}"
    allow = ("--allow-return", other) if allowed else ()
    bind = ("--bind", "::" if version == 6 else "0.0.0.0")
    with reflecting(*bind, *allow, inside=two_links.at("b")):
        two_links.nft("a", table)
        try:
            words = (
                "probe",
                "send",
                LINKS[version],
                "--return-address",
                other,
                "--interval",
                "5ms",
                "--json",
            )
            done = two_links.netkit("a", *words, "--count", "20")
            assert done.returncode == 0, done.stderr
            found = json.loads(done.stdout)
            counted = tuple(packets(two_links))
        finally:
            two_links.nft("a", "delete table inet t")
    assert (found["outcomes"]["received"], counted) == (20, sources)
    assert found["path"]["refused"] == ({} if allowed else {"return_path": 21})
