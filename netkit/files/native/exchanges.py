"""The exchanges of a native topology file: fabrics, and the leg of each member to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netkit.files.native.checks import Placed
from netkit.files.native.link_delays import DELAY_KEYS, read_delay
from netkit.files.native.link_quality import LEG_KEYS, read_quality
from netkit.files.native.links import CAPACITY_KEYS, read_capacity, read_end
from netkit.files.native.nodes import (
    LINE,
    LINE_WORDS,
    NAME,
    NAME_WORDS,
    Defaults,
    read_coordinates,
    read_status,
)
from netkit.files.reading.yaml_sections import Section
from netkit.model.network.elements import Node
from netkit.model.network.fabrics import Fabric, FabricMember
from netkit.model.network.geo import Coordinates


@dataclass(frozen=True, slots=True)
class _Site:
    """Where a fabric stands: an end of a leg, as a node is."""

    coordinates: Coordinates | None


def read_exchanges(
    root: Section, nodes: Mapping[str, Node], names: frozenset[str], defaults: Defaults
) -> list[Placed[Fabric]]:
    """Every exchange that can be made."""
    found = []
    for section in root.sections("exchanges", required=False):
        id_ = section.text("id", NAME, NAME_WORDS)
        if id_ is not None:
            section.label = f"exchange {id_}"
        section.allow("id", "place", "coordinates", "members", "status")
        place = section.text("place", LINE, LINE_WORDS, required=False)
        where = read_coordinates(section)
        members = [
            _member(member, where, nodes, names, defaults) for member in section.sections("members")
        ]
        status = read_status(section)
        good = tuple(member for member in members if member is not None)
        if id_ is not None and len(good) == len(members):
            found.append(Placed(Fabric(id_, good, place, where, status), section.line))
    return found


def _member(
    section: Section,
    where: Coordinates | None,
    nodes: Mapping[str, Node],
    names: frozenset[str],
    defaults: Defaults,
) -> FabricMember | None:
    name = read_end(section, "node", names)
    if name is not None:
        section.label += f" ({name})"
    section.allow("node", *DELAY_KEYS, *CAPACITY_KEYS, *LEG_KEYS)
    fabric = _Site(where)
    delay = read_delay(section, nodes.get(name or ""), fabric, defaults.rule)
    capacity_bps = read_capacity(section, defaults.capacity_bps)
    quality = read_quality(section, defaults.cost, defaults.mtu_bytes)
    if name is None or delay is None:
        return None
    for key, ways in (
        ("delay_us", (delay.ab_us, delay.ba_us)),
        ("jitter_us", quality.jitter_us),
        ("loss_percent", quality.loss_ppb),
    ):
        if ways[0] != ways[1]:
            section.problem(f"{key} differs by direction", "one figure for both directions")
    return FabricMember(
        name, delay.ab_us, delay.basis, capacity_bps, quality.jitter_us[0], quality.loss_ppb[0],
        quality.cost, quality.mtu_bytes,
    )  # fmt: skip
