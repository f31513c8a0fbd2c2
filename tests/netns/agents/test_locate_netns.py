"""From real agents to the links at fault: a star of four namespaces, where one direction of a link
begins to lose probes, and one of another to be slow; what their stores hold names each, and nothing
else."""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

import pytest
from agent_process import write_campaign
from delaying_wire import delaying
from netns_agent import Agent, running_agent
from netns_net import Net, net
from waiting import until

from netkit.lab.kernel.af_packet import open_packet_socket
from netkit.model.measurement.window import Window
from netkit.monitor.locate.evidence import Quantity
from netkit.monitor.locate.location import Location
from netkit.store.windows.store import open_store
from netkit.workflows.campaigns.field import load_campaign
from netkit.workflows.monitoring.inputs import routed_mesh_of
from netkit.workflows.monitoring.locate import locate_at

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

S = 10**9
SITES = "abc"
TOPOLOGY = """\
netkit: topology/1
name: star
nodes:
  - {name: m, role: core, coordinates: [31.2, 121.5], sid_index: 1}
  - {name: a, role: city, coordinates: [31.2, 121.6], sid_index: 2}
  - {name: b, role: city, coordinates: [31.3, 121.5], sid_index: 3}
  - {name: c, role: city, coordinates: [31.1, 121.5], sid_index: 4}
links:
  - {a: a, b: m, length_km: 20}
  - {a: b, b: m, length_km: 20}
  - {a: c, b: m, length_km: 20}
"""
CAMPAIGN = """\
name: watched
topology: star.yaml
window_s: 1
interval_ms: 50
timeout_ms: 200
sites:
  - {name: a, node: a, addresses: ["2001:db8:a::1"], port: 8620}
  - {name: b, node: b, addresses: ["2001:db8:b::1"], port: 8620}
  - {name: c, node: c, addresses: ["2001:db8:c::1"], port: 8620}
measure:
  - pairs: [{src: a, dst: b}, {src: b, dst: a}, {src: a, dst: c}, {src: b, dst: c}]
  - pairs: [{src: c, dst: b}]
"""
LOST_PERCENT, SLOWER_S = 30, 0.03
ENOUGH_WINDOWS, ENOUGH_PROBES = 12, 200
"""Of every session before and of the fault, however slowly this machine sends."""


def star(made: Net) -> None:
    """b is joined to m by nothing but what carries ``w-b`` to ``w-m`` in node w."""
    made.node("m")
    for name in SITES:
        made.node(name)
        here, there = f"2001:db8:{name}::1", f"2001:db8:{name}::2"
        ends = (name, "e0", f"{here}/64"), ("m", f"e{name}", f"{there}/64")
        if name == "b":
            made.wire(*ends, "w")
        else:
            made.link(*ends)
        made.ip(name, "route", "add", "default", "via", there)


def whole(agents: list[Agent]) -> list[Window]:
    """What all of them have stored, in the one place that reads it."""
    return [window for agent in agents for window in agent.stored()]


def more(agents: list[Agent], after_ns: int) -> bool:
    """Whether every session has so much that began later."""
    sessions = defaultdict(list)
    for one in whole(agents):
        if one.key.observer == one.key.src and one.key.start_ns > after_ns:
            sessions[one.key.src, one.key.dst].append(one.probes or 0)
    return len(sessions) == 5 and all(
        len(some) >= ENOUGH_WINDOWS and sum(some) >= ENOUGH_PROBES for some in sessions.values()
    )


def newest_ns(agents: list[Agent]) -> int:
    return max((one.key.start_ns for one in whole(agents)), default=0)


def test_links_that_begin_to_lose_and_to_be_slow_in_one_direction_are_named(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    (tmp_path / "star.yaml").write_text(TOPOLOGY)
    file.write_text(CAMPAIGN)
    campaign = load_campaign(file).campaign
    delays_s = {"w-b": 0.0, "w-m": 0.0}
    with net() as made, ExitStack() as running:
        star(made)
        with made.entered("w"):
            wire = open_packet_socket()
        running.enter_context(delaying(wire, {"w-b": "w-m", "w-m": "w-b"}, delays_s))
        for name in SITES:
            (tmp_path / name).mkdir()
            write_campaign(tmp_path / name / "campaign.json", campaign)
        agents = [
            running.enter_context(
                running_agent(made, tmp_path / name, campaign, name, name, disciplined=True)
            )
            for name in SITES
        ]
        begin_ns = newest_ns(agents) + 2 * S
        until(lambda: more(agents, begin_ns), "a baseline once all are there")
        delays_s["w-m"] = SLOWER_S
        rule = f'iifname "ea" meta l4proto udp numgen random mod 100 < {LOST_PERCENT} drop'
        made.nft(
            "m",
            "table inet lossy {\nchain forward {\ntype filter hook forward priority 0;\n"
            f"{rule}\n}}\n}}\n",
        )
        since_ns = newest_ns(agents) + 2 * S
        until(lambda: more(agents, since_ns), "the faults")
        found: list[Location] = []

        def others_are_known() -> bool:
            """What came to a, or did not pass its link; what passed neither that of b nor the wire.
            Of few probes, as a machine that is slow has sent, little can be said."""
            found[:] = located(file, whole(agents), (begin_ns, since_ns, newest_ns(agents)))
            return found[0].unchanged >= 5 and found[1].unchanged > 0

        until(others_are_known, "what is as it was")
    lossy, slow = found
    assert abs(the_one_named(lossy, ("a~m", "a")) - LOST_PERCENT / 100) < 0.1
    assert abs(the_one_named(slow, ("b~m", "m")) / S - SLOWER_S) < SLOWER_S / 4


def located(file: Path, held: list[Window], span_ns: tuple[int, int, int]) -> list[Location]:
    """Where losses come from, and delays, as the one place that reads all stores finds it."""
    with open_store(f"sqlite:///{file.parent / 'centre.sqlite'}") as centre:
        centre.add(held)
        reader, routes = routed_mesh_of(file, centre)
        asked = [Quantity.LOSS, Quantity.DELAY]
        return [one.location for one in locate_at(reader, routes, span_ns, asked)]


def the_one_named(location: Location, arc: tuple[str, str]) -> float:
    """By how much it is worse; it has to be the likeliest fault, and nothing else suspected."""
    likeliest = location.explanations[0]
    assert likeliest.faults == ((arc,),)
    assert likeliest.posterior > 0.9
    assert [one.arcs for one in location.suspects if one.posterior > 0.5] == [(arc,)]
    return likeliest.sizes[0]
