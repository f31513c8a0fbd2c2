"""Probes over SRv6 segment lists there and back, IPv4, losses on the wire.

``a`` and ``b`` are joined by two routers: by ``r``, which is the plain way, and by ``s``, which
only its SID leads through.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import IPv6Address, ip_network

import pytest
from netns_net import Net, net
from reflector_process import reflecting

from netkit.model.measurement.return_path import ReturnTaken
from netkit.model.measurement.sample import Outcome, StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.run.loop import ReflectorPort, run_sessions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.request import smallest_request
from netkit.probe.sender.result import RunEnd, SessionResult
from netkit.probe.sender.session import SenderSession
from netkit.probe.trace.hops import TraceResult
from netkit.probe.trace.runner import trace
from netkit.report.words.trace import stopped_text
from netkit.wire.return_path import ReturnPath
from netkit.wire.tlv import Tlv, TlvType

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

MS = 1_000_000
A, B = "2001:db8:a::1", "2001:db8:b::1"
VIA_R, VIA_S = IPv6Address("5f00:0:1:1::"), IPv6Address("5f00:0:2:1::")
BOTH_WAYS = ReflectorPolicy(returns=(ip_network("5f00::/16"),))


@pytest.fixture(scope="module")
def square() -> Iterator[Net]:
    with net() as made:
        for node in "abrs":
            made.node(node)
        made.link(
            ("a", "v-ar", f"{A}/64", "192.0.2.1/30"),
            ("r", "v-ra", "2001:db8:a::2/64", "192.0.2.2/30"),
        )
        made.link(
            ("b", "v-br", f"{B}/64", "192.0.2.5/30"),
            ("r", "v-rb", "2001:db8:b::2/64", "192.0.2.6/30"),
        )
        made.link(("a", "v-as", "2001:db8:1::1/64"), ("s", "v-sa", "2001:db8:1::2/64"))
        made.link(("b", "v-bs", "2001:db8:2::1/64"), ("s", "v-sb", "2001:db8:2::2/64"))
        made.link(("r", "v-rs", "2001:db8:3::1/64"), ("s", "v-sr", "2001:db8:3::2/64"))
        made.ip("r", "-6", "route", "add", f"{VIA_S}/64", "via", "2001:db8:3::2")
        made.ip("s", "-6", "route", "add", f"{VIA_R}/64", "via", "2001:db8:3::1")
        # Linux sends to the first SID from the address on the link that leads there.
        made.ip("r", "-6", "route", "add", "2001:db8:1::/64", "via", "2001:db8:3::2")
        for end, near, far in (("a", "a", "1"), ("b", "b", "2")):
            made.ip(end, "-6", "route", "add", "default", "via", f"2001:db8:{near}::2")
            made.ip(end, "-6", "route", "add", f"{VIA_S}/64", "via", f"2001:db8:{far}::2")
        made.ip("a", "route", "add", "192.0.2.4/30", "via", "192.0.2.2")
        made.ip("b", "route", "add", "192.0.2.0/30", "via", "192.0.2.6")
        made.ip("s", "-6", "route", "add", f"{A}/128", "via", "2001:db8:1::1")
        made.ip("s", "-6", "route", "add", f"{B}/128", "via", "2001:db8:2::1")
        made.end_sid("r", f"{VIA_R}/64")
        made.end_sid("s", f"{VIA_S}/64")
        yield made


def measure(
    square: Net,
    *,
    over: tuple[IPv6Address, ...] = (),
    back: tuple[IPv6Address, ...] = (),
    policy: ReflectorPolicy | None = None,
    count: int = 30,
    ends: tuple[str, str] = (A, B),
) -> SessionResult:
    tlvs = ()
    if back:
        tlvs = (Tlv(TlvType.RETURN_PATH, ReturnPath(segments=back).to_value()),)
    config = SessionConfig(
        count=count, interval_ns=2 * MS, tlvs=tlvs, request_bytes=smallest_request(tlvs)
    )
    with ExitStack() as stack:
        client, server = square.socket("a", ends[0]), square.socket("b", ends[1])
        stack.callback(client.close)
        stack.callback(server.close)
        client.route_over(over)
        client.watch_routes()
        to = (ends[1], server.port)
        sender = SenderPort(SenderSession(config), client, to)
        reflectors = [ReflectorPort(Reflector(policy=policy), server)]
        run = run_sessions([sender], reflectors, deadline_s=60)
    assert run.end is RunEnd.COMPLETE
    return run.sessions[0]


def all_received_by_kernel_stamps(session: SessionResult) -> bool:
    corners = {
        stamp.source
        for sample in session.samples
        for stamp in (sample.t1, sample.t2, sample.t3, sample.t4)
        if stamp is not None
    }
    outcomes = {sample.outcome for sample in session.samples}
    return outcomes == {Outcome.RECEIVED} and corners == {StampSource.KERNEL}


def test_ipv4(square: Net) -> None:
    session = measure(square, ends=("192.0.2.1", "192.0.2.5"))
    assert all_received_by_kernel_stamps(session)
    assert {(s.forward_ttl, s.reply_ttl) for s in session.samples} == {(254, 254)}


def test_over_a_list_and_back_over_another(square: Net) -> None:
    session = measure(square, over=(VIA_S,), back=(VIA_R, VIA_S, VIA_R), policy=BOTH_WAYS)
    assert all_received_by_kernel_stamps(session)
    assert session.path.return_path == {ReturnTaken.TAKEN: 31}
    assert session.path.refused == {}


def test_a_list_through_the_other_router_really_goes_there(square: Net) -> None:
    """With forwarding to the other end cut on ``r``, only what goes through ``s`` arrives."""
    square.nft("r", "table ip6 t { chain c { type filter hook forward priority 0; drop; }; }")
    try:
        cut = measure(square, count=5)
        around = measure(square, over=(VIA_S,), back=(VIA_S,), policy=BOTH_WAYS)
    finally:
        square.nft("r", "delete table ip6 t")
    assert {sample.outcome for sample in cut.samples} == {Outcome.LOST}
    assert all_received_by_kernel_stamps(around)
    assert around.path.return_path == {ReturnTaken.TAKEN: 31}


def test_a_way_back_that_is_not_allowed_is_said(square: Net) -> None:
    session = measure(square, back=(VIA_S,), policy=ReflectorPolicy())
    assert all_received_by_kernel_stamps(session)
    assert session.path.return_path == {ReturnTaken.REFUSED: 31}
    assert session.path.refused == {"return_path": 31}


@pytest.mark.parametrize(
    ("way", "outcome"),
    [("dport", Outcome.LOST_FORWARD), ("sport", Outcome.LOST_BACKWARD)],
)
def test_losses_on_the_wire_are_counted_exactly(square: Net, way: str, outcome: Outcome) -> None:
    """Of the packets of one direction the router drops the numbers 3, 4, 13, 14, 23, ..."""
    address = "daddr" if way == "dport" else "saddr"
    square.nft(
        "r",
        "table ip6 t { chain c { type filter hook forward priority 0;"
        f" ip6 {address} {B} meta l4proto udp numgen inc mod 10 {{ 3, 4 }} drop; }}; }}",
    )
    try:
        session = measure(square, count=100)
    finally:
        square.nft("r", "delete table ip6 t")
    lost = [s.sequence for s in session.samples if s.outcome is not Outcome.RECEIVED]
    assert lost == [n for n in range(100) if n % 10 in (3, 4)]
    assert Counter(s.outcome for s in session.samples) == {Outcome.RECEIVED: 80, outcome: 20}


@pytest.mark.parametrize(
    ("allowed", "taken", "refused"),
    [
        (("--allow-return", "5f00::/16"), {"taken": 11}, {}),
        ((), {"refused": 11}, {"return_path": 11}),
    ],
)
def test_the_command_says_whether_replies_took_the_list_asked_for(
    square: Net, allowed: tuple[str, ...], taken: dict[str, int], refused: dict[str, int]
) -> None:
    lists = ("--segments", str(VIA_S), "--return-segments", f"{VIA_R},{VIA_S}")
    with reflecting(*allowed, inside=square.at("b")):
        words = ("probe", "send", B, *lists, "--interval", "5ms", "--json")
        done = square.netkit("a", *words)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["path"]["return_path"], found["path"]["refused"]) == (taken, refused)
    assert found["outcomes"]["received"] == 10
    assert found["stamps"] == dict.fromkeys(("t1", "t2", "t3", "t4"), "kernel")
    assert found["verdict"] == "unknown"  # no tier was asked for
    for way in (found["forward"], found["backward"]):
        assert (way["sent"], way["received"], way["lost"]) == (10, 10, 0)
        assert (way["duplicates"], way["reordered"]) == (0, 0)
        assert 0 < way["min_us"] <= way["p50_us"] <= way["p99_us"]
        assert {"ipdv_p50_us", "uncertainty_us"} <= set(way)


def follow(square: Net, *segments: IPv6Address, timeout_ms: float = 2000) -> TraceResult:
    with square.entered("a"):
        return trace(IPv6Address(B), segments, tries=1, timeout_ms=timeout_ms)


def test_a_trace_names_who_executed_which_sid(square: Net) -> None:
    result = follow(square, VIA_R, VIA_S, VIA_R)
    assert (result.reached, result.executed, len(result.hops)) == (True, 3, 4)
    assert [hop.executed for hop in result.hops] == [(VIA_R,), (VIA_S,), (VIA_R,), ()]
    assert [str(hop.active) for hop in result.hops] == [str(VIA_S), str(VIA_R), B, B]
    answers = [hop.answer for hop in result.hops if hop.answer is not None]
    assert [answer.segments_left for answer in answers] == [2, 1, 0, 0]
    r = {"2001:db8:a::2", "2001:db8:3::1"}
    s = {"2001:db8:1::2", "2001:db8:3::2"}
    for answer, router in zip(answers, (r, s, r, {B}), strict=True):
        assert str(answer.responder) in router


def test_a_trace_without_segments_is_a_traceroute(square: Net) -> None:
    result = follow(square)
    assert (result.reached, len(result.hops)) == (True, 2)


def test_a_trace_says_where_it_stopped(square: Net) -> None:
    nowhere = IPv6Address("5f00:0:2:bad::")
    result = follow(square, VIA_R, nowhere)
    assert not result.reached
    assert result.executed == 1
    assert result.stopped is not None
    assert "no route" in stopped_text(result)
    assert f"on the way to SID 2 of 2, {nowhere}" in stopped_text(result)
    square.nft("s", "table ip6 t { chain c { type filter hook prerouting priority 0; drop; }; }")
    try:
        result = follow(square, VIA_R, VIA_S, timeout_ms=100)
    finally:
        square.nft("s", "delete table ip6 t")
    assert len(result.hops) == 1
    assert stopped_text(result) == (
        f"nothing answers after 2001:db8:a::2, on the way to SID 2 of 2, {VIA_S}"
    )
