"""The anycast SIDs of a native topology file: groups of routers that share one."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.errors import Problem
from netkit.files.native.advertised import dump_locators, dump_sids, read_locators, read_sids
from netkit.files.native.checks import Parts, Placed
from netkit.files.native.nodes import NODE_NAME, NODE_NAME_WORDS, known_name
from netkit.files.reading.findings import Findings
from netkit.files.reading.yaml_sections import Section
from netkit.model.network.addressing import MAX_SID_INDEX
from netkit.model.network.anycast import Anycast
from netkit.model.network.topology import Topology

_KEYS = ("name", "nodes", "sid_index", "locators", "sids")
_LEAST_MEMBERS = 2


def read_anycasts(root: Section, names: frozenset[str]) -> list[Placed[Anycast]]:
    """Every group that can be made of the nodes ``names``."""
    found = (_read(section, names) for section in root.sections("anycasts", required=False))
    return [placed for placed in found if placed is not None]


def stated_indices(root: Section) -> frozenset[int]:
    """The numbers that groups state, which no node may get that states none."""
    quiet = Section(root.node, "", Findings(root.findings.file))
    groups = quiet.sections("anycasts", required=False)
    found = (group.integer("sid_index", required=False) for group in groups)
    return frozenset(number for number in found if number is not None)


def check_anycasts(topology: Topology, parts: Parts) -> Iterator[Problem]:
    """Groups whose SID is of another source than those of routers, or across operators."""
    for placed in parts.anycasts:
        group = placed.value
        what = f"anycast {group.name}"
        if topology.advertised and group.sid_index is not None:
            yield parts.problem(
                placed.line, f"{what}: sid_index, where routers advertise their SIDs",
                str(group.sid_index), "the locators and sids that its members advertise",
            )  # fmt: skip
        operators = sorted({topology.node[name].operator for name in group.nodes})
        if len(operators) > 1:
            yield parts.problem(
                placed.line, f"{what}: members of several operators, whose IGPs do not meet",
                ", ".join(operators), "members of one operator",
            )  # fmt: skip


def dump_anycast(group: Anycast) -> dict[str, object]:
    """What :func:`read_anycasts` reads."""
    made: dict[str, object] = {
        "name": group.name,
        "nodes": list(group.nodes),
        "sid_index": group.sid_index,
        "locators": dump_locators(group.locators) or None,
        "sids": dump_sids(group.sids) or None,
    }
    return {key: value for key, value in made.items() if value is not None}


def _read(section: Section, names: frozenset[str]) -> Placed[Anycast] | None:
    name = section.text("name", NODE_NAME, NODE_NAME_WORDS)
    if name is not None:
        section.label = f"anycast {name}"
    section.allow(*_KEYS)
    index = section.integer("sid_index", low=1, high=MAX_SID_INDEX, required=False)
    locators, sids = read_locators(section), read_sids(section)
    nodes = [known_name(item, names, "a node") for item in section.items("nodes")]
    members = tuple(node for node in nodes if node is not None)
    if len(set(members)) < len(members):
        section.problem("a member is there twice", "each node once")
    if nodes and len(nodes) < _LEAST_MEMBERS:
        section.problem("one member shares its SID with nobody", "at least two nodes")
    if ("sid_index" in section) == ("locators" in section or "sids" in section):
        section.problem(
            "a group needs a SID, from one source",
            "sid_index, where the address plan gives SIDs; locators and sids, where routers do",
        )
    return (
        None
        if name is None
        else Placed(Anycast(name, members, index, locators, sids), section.line)
    )
