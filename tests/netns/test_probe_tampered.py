"""Losses, copies and reordering made on the wire are counted exactly, each in its direction.

``netkit probe send`` and ``reflect`` run as processes; between them is a wire that tampers.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from netns_net import Net, net
from reflector_process import NETKIT, reflecting
from tampering_wire import Plan, send_whole_checksums, tampering

from netkit.lab.kernel.af_packet import open_packet_socket

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

A, B, PORT = "2001:db8::1", "2001:db8::2", 862
COUNT, PERIOD = 200, 20
TIMES = COUNT // PERIOD


def each(*places: int) -> set[int]:
    """These places in every twenty probes."""
    return {number for number in range(COUNT) if number % PERIOD in places}


@pytest.fixture(scope="module")
def wired() -> Iterator[Net]:
    """``a`` and ``b`` on one subnet, joined by nothing but what carries ``w-a`` to ``w-b``."""
    with net() as made:
        for node in "awb":
            made.node(node)
        made.link(("a", "v-aw", f"{A}/64"), ("w", "w-a"))
        made.link(("b", "v-bw", f"{B}/64"), ("w", "w-b"))
        made.inside("w", "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        for node, device, other, mac in (
            ("a", "v-aw", B, "02:00:00:00:02:01"), ("b", "v-bw", A, "02:00:00:00:01:01")
        ):  # fmt: skip
            made.ip(
                node, "neighbour", "replace", other, "lladdr", mac, "dev", device,
                "nud", "permanent",
            )  # fmt: skip
            with made.entered(node):
                send_whole_checksums(device)
        yield made


@contextmanager
def reflector(wired: Net, forward: Plan, backward: Plan) -> Iterator[None]:
    """A reflector process in ``b``, behind a wire that plays by the plans."""
    with wired.entered("w"):
        wire = open_packet_socket()
    plans = {"w-a": ("w-b", forward), "w-b": ("w-a", backward)}
    with reflecting(inside=wired.at("b")), tampering(wire, plans, PORT):
        yield


def send(wired: Net, *options: str) -> dict[str, Any]:
    words = (*wired.at("a"), *NETKIT, "send", B, "--json", *options)
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def counted(way: dict[str, Any]) -> dict[str, int]:
    return {name: way[name] for name in ("sent", "received", "lost", "duplicates", "reordered")}


def test_all_that_the_wire_does_is_counted_in_its_direction(wired: Net) -> None:
    forward = Plan(lost=each(3), copied=each(10), held=each(15), behind=1)
    backward = Plan(lost=each(6, 7), copied=each(12), held=each(17), behind=2)
    with reflector(wired, forward, backward):
        found = send(wired, "--count", str(COUNT), "--interval", "3ms", "--timeout", "3000ms")
    assert counted(found["forward"]) == {
        "sent": COUNT, "received": COUNT - TIMES, "lost": TIMES,
        "duplicates": TIMES, "reordered": TIMES,
    }  # fmt: skip
    assert counted(found["backward"]) == {
        "sent": COUNT - TIMES, "received": COUNT - 3 * TIMES, "lost": 2 * TIMES,
        "duplicates": TIMES, "reordered": TIMES,
    }  # fmt: skip
    assert found["outcomes"] == {
        "received": COUNT - 7 * TIMES, "duplicate": 2 * TIMES, "reordered": 2 * TIMES,
        "lost_forward": TIMES, "lost_backward": 2 * TIMES, "lost": 0,
        "late": 0, "refused": 0, "not_sent": 0,
    }  # fmt: skip
    assert found["forward"]["reordering"]["max_extent"] == 1
    assert found["backward"]["reordering"]["max_extent"] == 2
    assert found["backward"]["losses"]["longest_run"] == 2
    assert found["forward"]["losses"]["runs"] == found["backward"]["losses"]["runs"] == TIMES
    # and the closing probe; a copied probe is answered twice
    assert forward.carried == COUNT - TIMES + TIMES + 1
    assert backward.carried == forward.carried - 2 * TIMES + TIMES
