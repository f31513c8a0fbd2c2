"""A second opinion on netkit's probes as they are on the wire: tshark's TWAMP-Test dissector.

It knows the unauthenticated layout, and reads every packet as a reply; STAMP's SSID is an MBZ field
to it. The Sender Timestamp of a reply tshark 4.0 takes for NTP whatever its Error Estimate says,
4.4 for what the Error Estimate of the reply says.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from netns_net import Net, net

from netkit.model.measurement.sample import Sample
from netkit.probe.reflector.engine import Reflector
from netkit.probe.run.loop import ReflectorPort, run_sessions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.session import SenderSession
from netkit.wire.timestamps import (
    ErrorEstimate,
    TimestampFormat,
    decode_timestamp,
    encode_timestamp,
)

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
    pytest.mark.skipif(
        shutil.which("tshark") is None,
        reason="tshark is not installed; run: tools/system-packages tests",
    ),
]

MS, NS_PER_S = 1_000_000, 1_000_000_000
COUNT, SSID = 5, 0xBEEF
ENDS = {6: ("2001:db8::1", "2001:db8::2"), 4: ("192.0.2.1", "192.0.2.2")}
ETH_P_ALL = 3
FIELDS = (
    "seq_number", "timestamp", "error_estimate.s", "error_estimate.z", "error_estimate.scale",
    "error_estimate.multiplier", "mbz1", "receive_timestamp", "sender_seq_number",
    "sender_timestamp", "sender_ttl",
)  # fmt: skip
_SET = ("1", "True")


@pytest.fixture(scope="module")
def link() -> Iterator[Net]:
    with net() as made:
        for node in "ab":
            made.node(node)
        made.link(
            ("a", "v-ab", f"{ENDS[6][0]}/64", f"{ENDS[4][0]}/24"),
            ("b", "v-ba", f"{ENDS[6][1]}/64", f"{ENDS[4][1]}/24"),
        )
        yield made


def measure(
    link: Net, version: int, estimate: ErrorEstimate, capture: Path
) -> tuple[tuple[Sample, ...], int]:
    """The samples of a run that is captured at ``a``, and the reflector's port."""
    config = SessionConfig(COUNT, 2 * MS, ssid=SSID, error_estimate=estimate)
    near, far = ENDS[version]
    with ExitStack() as stack:
        client, server = link.socket("a", near), link.socket("b", far)
        stack.callback(client.close)
        stack.callback(server.close)
        with link.entered("a"):
            wire = stack.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
            wire.bind(("v-ab", ETH_P_ALL))
        reflector = ReflectorPort(Reflector(error_estimate=estimate), server)
        sender = SenderPort(SenderSession(config), client, (far, server.port))
        run = run_sessions([sender], [reflector], deadline_s=60)
        write_capture(capture, wire)
        return run.sessions[0].samples, server.port


def write_capture(capture: Path, wire: socket.socket) -> None:
    """What waits in ``wire``, in libpcap's file format; nobody looks at the times."""
    wire.setblocking(False)
    found = [struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    while True:
        try:
            frame = wire.recv(65535)
        except BlockingIOError:
            break
        found += [struct.pack("=IIII", 0, 0, len(frame), len(frame)), frame]
    capture.write_bytes(b"".join(found))


def decoded(capture: Path, port: int) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Requests and replies as tshark reads them."""
    words = ["tshark", "-n", "-r", str(capture), "-d", f"udp.port=={port},twamp.test"]
    words += ["-Y", "twamp.test", "-T", "fields", "-E", "separator=|", "-e", "udp.dstport"]
    words += [word for field in FIELDS for word in ("-e", f"twamp.test.{field}")]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    lines = [line.split("|") for line in told.splitlines()]
    requests = [dict(zip(FIELDS, line[1:], strict=True)) for line in lines if line[0] == str(port)]
    replies = [dict(zip(FIELDS, line[1:], strict=True)) for line in lines if line[0] != str(port)]
    return requests, replies


def time_ns(shown: str) -> int:
    """Ns since 1970 of such as ``Nov 14, 2023 22:13:20.123456789 UTC``."""
    day, _, rest = shown.removesuffix(" UTC").rpartition(".")
    whole = datetime.strptime(day, "%b %d, %Y %H:%M:%S").replace(tzinfo=UTC)
    return int(whole.timestamp()) * NS_PER_S + int(rest)


def estimates_of(packet: dict[str, str]) -> list[ErrorEstimate]:
    """The packet's own, then the one that a reply copies."""
    parts = (packet[f"error_estimate.{part}"] for part in ("s", "z", "scale", "multiplier"))
    return [
        ErrorEstimate(s in _SET, TimestampFormat(z in _SET), int(scale), int(multiplier))
        for s, z, scale, multiplier in zip(*(part.split(",") for part in parts), strict=True)
    ]


@pytest.mark.parametrize("version", [6, 4])
@pytest.mark.parametrize("form", list(TimestampFormat))
def test_tshark_reads_what_was_sent_and_measured(
    link: Net, tmp_path: Path, version: int, form: TimestampFormat
) -> None:
    estimate, capture = ErrorEstimate(True, form, 5, 17), tmp_path / "probes.pcap"
    samples, port = measure(link, version, estimate, capture)
    requests, replies = decoded(capture, port)
    assert len(samples) == COUNT
    assert len(requests) == len(replies) == COUNT + 1  # and the closing probe
    for sample, request, reply in zip(samples, requests, replies, strict=False):
        assert sample.t1_userspace_ns is not None
        assert sample.t2 is not None
        assert sample.t3_userspace_ns is not None
        assert int(request["seq_number"]) == sample.sequence
        assert int(reply["seq_number"]) == sample.reflector_sequence
        assert int(reply["sender_seq_number"]) == sample.sequence
        assert int(reply["sender_ttl"]) == sample.forward_ttl == 255
        assert estimates_of(request)[0] == estimate
        assert estimates_of(reply) == [estimate, estimate]
        assert {int(packet["mbz1"], 0) for packet in (request, reply)} == {SSID}
        as_ntp = decode_timestamp(
            encode_timestamp(sample.t1_userspace_ns, form), TimestampFormat.NTP
        )
        cut_ns = int(form is TimestampFormat.NTP)  # tshark cuts fractions down to whole ns
        for shown, known_ns, off_ns in (
            (request["timestamp"], sample.t1_userspace_ns, cut_ns),
            (reply["receive_timestamp"], sample.t2.time_ns, cut_ns),
            (reply["timestamp"], sample.t3_userspace_ns, cut_ns),
        ):
            assert 0 <= known_ns - time_ns(shown) <= off_ns
        told_ns = time_ns(reply["sender_timestamp"])
        assert min(abs(read - told_ns) for read in (as_ntp, sample.t1_userspace_ns)) <= 1
