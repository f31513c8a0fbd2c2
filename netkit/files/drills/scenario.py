"""Reading a drill scenario whole: every problem in it at once, each with its line.

Whether the topology has what is named there is for :mod:`netkit.lab.drills.strike`.
docs/drills.md describes every field.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from netkit.errors import did_you_mean, shown
from netkit.files.drills.events import read_events
from netkit.files.reading.yaml_sections import Section, read_document
from netkit.files.tier_profiles import stated_profile
from netkit.model.drills.scenario import INTERVAL_MS, Event, Reaction, Scenario
from netkit.model.planning.tier import PROFILES, Scope

SCHEMA = "drill/1"

_KEYS = (
    "netkit", "name", "title", "description", "topology", "profile", "scope", "pairs", "flows",
    "interval_ms", "timeout_ms", "seed", "reaction", "events", "length_s",
)  # fmt: skip
_REACTION_KEYS = ("repair_ms", "switch_ms", "lost_in_a_row", "reconverge_ms")
_MOST_FLOWS = 64
_LONGEST_S = 3600
_LONGEST_MS = 600_000
_MAX_SEED = 2**32 - 1


def read_scenario(path: str | os.PathLike[str]) -> Scenario:
    """Read a scenario file; raises :class:`InputError` with everything that is wrong in it."""
    document = read_document(path)
    root = document.root
    root.allow(*_KEYS)
    root.expect("netkit", SCHEMA)
    name = root.text("name")
    topology, place = root.text("topology", required=False), root.get("topology")
    pairs = _pairs(root)
    length_s = root.number("length_s", above=0, high=_LONGEST_S)
    interval_ms = root.number("interval_ms", low=1, high=_LONGEST_MS, required=False)
    events = read_events(root, length_s, interval_ms or INTERVAL_MS)
    _check_clocks(root, events, {end for pair, _ in pairs for end in pair})
    reaction = _reaction(root)
    profile = stated_profile(document, root)
    scope = root.choice("scope", Scope, required=False)
    flows = root.integer("flows", low=1, high=_MOST_FLOWS, required=False)
    timeout_ms = root.number("timeout_ms", low=1, high=_LONGEST_MS, required=False)
    seed = root.integer("seed", low=0, high=_MAX_SEED, required=False)
    texts = [root.text(key, required=False) or "" for key in ("title", "description")]
    document.check()
    return Scenario(
        str(name), None if topology is None else Path(path).parent / topology,
        tuple(pair for pair, _ in pairs), events, length_s or 0.0, reaction,
        profile or PROFILES["2023"], flows or 1, interval_ms or INTERVAL_MS, timeout_ms or 200.0,
        seed or 0, texts[0], texts[1], scope, str(path), tuple(line for _, line in pairs),
        None if place is None else place.line,
    )  # fmt: skip


def _pairs(root: Section) -> list[tuple[tuple[str, str], int | None]]:
    found: dict[tuple[str, str], int | None] = {}
    for section in root.sections("pairs"):
        section.allow("src", "dst")
        src, dst = section.text("src"), section.text("dst")
        if src is None or dst is None:
            continue
        if src == dst:
            section.problem(f"{src} to itself", "two routers")
        if {(src, dst), (dst, src)} & found.keys():
            section.problem(f"{src} and {dst} again", "each pair once: both ways are probed")
        found[src, dst] = section.line
    if "pairs" in root and not found:
        root.problem("no pairs", "at least one, as {src: NODE, dst: NODE}")
    return list(found.items())


def _check_clocks(root: Section, events: Iterable[Event], hosts: Collection[str]) -> None:
    """Only of hosts that are probed anything can be seen, and clocks only against each other."""
    faults = {event.line: event.clock for event in events if event.clock is not None}
    for line, fault in faults.items():
        for host in fault.hosts:
            if host not in hosts:
                root.findings.problem(
                    line, "the clock of a host that no pair probes", host,
                    "an end of one of the pairs", did_you_mean(host, hosts),
                )  # fmt: skip
        if 2 * len(fault.hosts) > len(hosts):
            root.findings.problem(
                line, "clocks of more than half the hosts", ", ".join(fault.hosts), "half or fewer",
                "Seen from each other the rest would have moved; give those the opposite",
            )  # fmt: skip


def _reaction(root: Section) -> Reaction:
    """What is not stated is the default; ``never`` says that it does not happen."""
    section = root.section("reaction", required=False)
    if section is None:
        return Reaction()
    section.allow(*_REACTION_KEYS)
    usual = Reaction()
    repair_ms = _moment(section, "repair_ms", usual.repair_ms)
    reconverge_ms = _moment(section, "reconverge_ms", usual.reconverge_ms)
    switch_ms = _moment(section, "switch_ms", None)
    lost = section.integer("lost_in_a_row", low=1, high=1000, required=False)
    if switch_ms is not None and lost is not None:
        section.problem("two ways to switch", "switch_ms or lost_in_a_row, not both")
    moments = [at for at in (repair_ms, switch_ms, reconverge_ms) if at is not None]
    if moments != sorted(moments):
        section.problem(
            "the order of what happens after a cut", "repair_ms, switch_ms, reconverge_ms ascending"
        )
    return Reaction(repair_ms, switch_ms, lost, reconverge_ms)


def _moment(section: Section, key: str, usual: float | None) -> float | None:
    if key not in section:
        return usual
    value = section.get(key)
    if value is not None and value.shown == shown("never"):
        return None
    return section.number(key, low=0, high=_LONGEST_MS)
