"""Flows of one run take both of two equal paths; each flow keeps to its own.

The router ``m`` chooses by addresses and flow label, as Linux does unless told otherwise.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from netns_net import Net, net
from reflector_process import reflecting

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

B = "2001:db8:b::1"
COUNTERS = """table ip6 t {
  chain c {
    type filter hook prerouting priority 0;
    iifname "v-rm1" udp dport 862 counter
    iifname "v-rm2" udp dport 862 counter
  }
}"""


@pytest.fixture
def two_paths() -> Iterator[Net]:
    with net() as made:
        for node in "amr":
            made.node(node)
        made.link(("a", "v-am", "2001:db8:a::1/64"), ("m", "v-ma", "2001:db8:a::2/64"))
        for n in "12":
            made.link(
                ("m", f"v-mr{n}", f"2001:db8:{n}::1/64"), ("r", f"v-rm{n}", f"2001:db8:{n}::2/64")
            )
        made.ip("r", "address", "add", f"{B}/128", "dev", "lo", "nodad")
        made.ip("a", "-6", "route", "add", "default", "via", "2001:db8:a::2")
        made.ip("r", "-6", "route", "add", "default", "via", "2001:db8:1::1")
        made.ip(
            "m", "-6", "route", "add", f"{B}/128",
            "nexthop", "via", "2001:db8:1::2", "nexthop", "via", "2001:db8:2::2",
        )  # fmt: skip
        made.nft("r", COUNTERS)
        with reflecting(inside=made.at("r")):
            yield made


def send(two_paths: Net, *options: str) -> dict[str, Any]:
    done = two_paths.netkit("a", "probe", "send", B, "--json", *options)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def counted(two_paths: Net) -> list[int]:
    listed = two_paths.told("r", "nft", "-j", "list", "table", "ip6", "t")
    rules = [item["rule"] for item in json.loads(listed)["nftables"] if "rule" in item]
    return [
        part["counter"]["packets"] for rule in rules for part in rule["expr"] if "counter" in part
    ]


def test_flows_walk_both_branches(two_paths: Net) -> None:
    before = counted(two_paths)
    found = send(two_paths, "--flows", "24", "--count", "5", "--interval", "5ms")
    assert found["counts"]["received"] == 120
    taken = [after - earlier for after, earlier in zip(counted(two_paths), before, strict=True)]
    # five probes and the closing one of each flow, all on one branch: 24 flows on one are 1 in 2^23
    assert sum(taken) == 144
    assert all(number > 0 and number % 6 == 0 for number in taken)
