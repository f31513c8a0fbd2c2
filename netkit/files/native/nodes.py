"""The nodes of a native topology file, and what all its parts share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from netkit.errors import did_you_mean
from netkit.files.native.advertised import read_locators, read_sids
from netkit.files.native.checks import Placed
from netkit.files.native.platform import read_platform
from netkit.files.reading.yaml_sections import Section
from netkit.files.reading.yaml_values import CONTROLS, LINE_BREAKS, Value
from netkit.model.network.addressing import MAX_SID_INDEX
from netkit.model.network.advertised import AdvertisedSid, Locator
from netkit.model.network.derive import DelayRule
from netkit.model.network.elements import Node, Role, SidLimits, Status
from netkit.model.network.geo import Coordinates
from netkit.model.network.platform import Platform

FORMAT = "topology/1"
"""What stands under the key ``netkit`` of every file of this format."""

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
"""Names become file names, host names and namespace labels."""

NAME_WORDS = "1 to 32 of a-z, 0-9 and inner hyphens"

LONGEST_NODE_NAME = 60
NODE_NAME = re.compile(r"\w[\w.,+~@()'&?!#=%-]{0,59}")
"""Names of nodes also take what topology files in use write, short of what a path, a shell word or
markup could stumble over."""

NODE_NAME_WORDS = (
    "1 to 60 letters, digits and . , + ~ @ ( ) ' & ? ! # = % _ -, the first a letter, digit or _"
)

LINE = re.compile(rf"[^{CONTROLS}{LINE_BREAKS}]{{1,80}}")
LINE_WORDS = "one line of 1 to 80 characters"

DEFAULT_METRIC = 10
"""The default metric of an IS-IS interface."""

DEFAULT_OPERATOR = "default"

_KEYS = (
    "name", "role", "operator", "place", "hub", "coordinates", "sid_index", "sid_limits", "status",
    "label", "overload", "locators", "sids", "platform",
)  # fmt: skip
_LIMITS = ("max_segments_left", "max_end_pop", "max_h_encaps", "max_end_d")
_MOST_NORTH, _MOST_EAST = 90, 180


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a file says once for all its parts."""

    rule: DelayRule = field(default_factory=DelayRule)
    sid_limits: SidLimits = field(default_factory=SidLimits)
    metric: int = DEFAULT_METRIC
    capacity_bps: int | None = None
    cost: int | None = None
    mtu_bytes: int | None = None
    operators: tuple[str, ...] | None = None


def read_nodes(
    root: Section, defaults: Defaults, others: frozenset[int] = frozenset()
) -> list[Placed[Node]]:
    """Every node that can be made; one without ``sid_index`` gets the lowest number left, which is
    none of ``others``."""
    sections = root.sections("nodes")
    value = root.get("nodes")
    if value is not None and value.is_empty_list:
        root.problem("the list of nodes is empty", "at least one node")
    if len(sections) > MAX_SID_INDEX:
        root.problem(f"too many nodes: {len(sections)}", f"at most {MAX_SID_INDEX}")
        root.findings.check()
    drafts = [_draft(section, defaults) for section in sections]
    taken = {index for index, _ in drafts if index is not None} | others
    free = (index for index in range(1, MAX_SID_INDEX + 1) if index not in taken)
    nodes = []
    for section, (index, attributes) in zip(sections, drafts, strict=True):
        number = next(free, None) if index is None else index
        if number is None:
            section.problem("no sid_index is left", f"at most {MAX_SID_INDEX} nodes")
        elif attributes is not None:
            nodes.append(Placed(attributes.node(number), section.line))
    return nodes


def read_status(section: Section) -> Status:
    """``active`` unless stated."""
    return section.choice("status", Status, required=False) or Status.ACTIVE


def read_coordinates(section: Section) -> Coordinates | None:
    """``[latitude, longitude]`` in degrees; None where missing or wrong. Of those that look swapped
    what was meant, once that is told: links that end there have a delay, and are not told of."""
    value = section.get("coordinates")
    if value is None:
        return None
    items = value.items() if not value.is_mapping else []
    if len(items) != 2:
        value.refuse("[latitude, longitude] in degrees")
        return None
    first, second = (item.number_or_nan() for item in items)
    if _MOST_NORTH < abs(first) <= _MOST_EAST and abs(second) <= _MOST_NORTH:
        items[0].refuse(
            f"a number from -{_MOST_NORTH} to {_MOST_NORTH}",
            remedy=f"Latitude comes first: did you mean [{second:g}, {first:g}]?",
        )
        return Coordinates(second, first)
    lat = items[0].number(low=-_MOST_NORTH, high=_MOST_NORTH)
    lon = items[1].number(low=-_MOST_EAST, high=_MOST_EAST)
    return None if lat is None or lon is None else Coordinates(lat, lon)


def read_sid_limits(section: Section, default: SidLimits) -> SidLimits:
    """The keys given, over ``default``."""
    limits = section.section("sid_limits", required=False)
    if limits is None:
        return default
    limits.allow(*_LIMITS)
    found = {}
    for key in _LIMITS:
        value = limits.integer(key, low=1 if key == "max_h_encaps" else 0, high=255, required=False)
        found[key] = getattr(default, key) if value is None else value
    return SidLimits(**found)


def known_name(value: Value, known: frozenset[str], what: str) -> str | None:
    """Text that must be one of the names ``known``."""
    name = value.text()
    if name is not None and name not in known:
        remedy = None if value.findings.full else did_you_mean(name, known)
        value.refuse(f"the name of {what} in this file", remedy=remedy)
        return None
    return name


@dataclass(frozen=True, slots=True)
class _Attributes:
    name: str
    role: Role
    operator: str
    place: str | None
    hub: str | None
    coordinates: Coordinates | None
    sid_limits: SidLimits
    status: Status
    label: str | None
    overload: bool
    locators: tuple[Locator, ...]
    sids: tuple[AdvertisedSid, ...]
    platform: Platform | None

    def node(self, sid_index: int) -> Node:
        return Node(
            self.name, self.role, sid_index, self.operator, self.place, self.hub,
            self.coordinates, self.sid_limits, self.status, self.label, self.overload,
            self.locators, self.sids, self.platform,
        )  # fmt: skip


def _draft(section: Section, defaults: Defaults) -> tuple[int | None, _Attributes | None]:
    name = section.text("name", NODE_NAME, NODE_NAME_WORDS)
    if name is not None:
        section.label = f"node {name}"
    section.allow(*_KEYS)
    index = section.integer("sid_index", low=1, high=MAX_SID_INDEX, required=False)
    role = section.choice("role", Role)
    operator = _operator(section, defaults)
    place = section.text("place", LINE, LINE_WORDS, required=False)
    hub = section.text("hub", LINE, LINE_WORDS, required=False)
    coordinates = read_coordinates(section)
    limits = read_sid_limits(section, defaults.sid_limits)
    status = read_status(section)
    label = section.text("label", LINE, LINE_WORDS, required=False)
    overload, locators, sids = section.flag("overload"), read_locators(section), read_sids(section)
    platform = read_platform(section)
    if name is None or role is None or operator is None:
        return index, None
    return index, _Attributes(
        name, role, operator, place, hub, coordinates, limits, status, label, overload, locators,
        sids, platform,
    )  # fmt: skip


def _operator(section: Section, defaults: Defaults) -> str | None:
    value = section.get("operator")
    if value is not None and defaults.operators is not None:
        return known_name(value, frozenset(defaults.operators), "an operator")
    if value is not None:
        return value.text(NAME, NAME_WORDS)
    if defaults.operators is not None:
        section.problem("the key 'operator' is missing", "one of " + ", ".join(defaults.operators))
        return None
    return DEFAULT_OPERATOR
