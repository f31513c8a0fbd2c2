"""The Flexible Algorithms of a native topology file (RFC 9350)."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.errors import did_you_mean
from netkit.files.native.checks import Parts
from netkit.files.native.links import GROUP, GROUP_WORDS
from netkit.files.native.nodes import known_name
from netkit.files.reading.yaml_sections import Section
from netkit.files.reading.yaml_values import Value
from netkit.model.network.addressing import AddressPlan
from netkit.model.network.flex_algo import FIRST_FLEX_ALGO, LAST_FLEX_ALGO, FlexAlgo, FlexMetric

_GROUP_KEYS = ("include_any", "include_all", "exclude_any")
_KEYS = ("algorithm", "metric_type", *_GROUP_KEYS, "exclude_srlgs", "nodes")


def read_flex_algos(root: Section, parts: Parts, addresses: AddressPlan) -> tuple[FlexAlgo, ...]:
    """Every definition, in ascending order; its names must be those of ``parts``."""
    reader = _Reader(parts, addresses, advertised=root.flag("sids_advertised"))
    found = [reader.read(section) for section in root.sections("flex_algos", required=False)]
    made = [flex for flex in found if flex is not None]
    return tuple(sorted(made, key=lambda flex: flex.algorithm))


class _Reader:
    def __init__(self, parts: Parts, addresses: AddressPlan, *, advertised: bool) -> None:
        links = [placed.value for placed in parts.links]
        self._nodes = frozenset(placed.value.name for placed in parts.nodes)
        self._groups = frozenset(group for link in links for group in link.admin_groups)
        risks = {risk for link in links for risk in link.srlgs}
        self._risks = frozenset(risks | {placed.value.srlg for placed in parts.fabrics})
        self._addresses, self._advertised = addresses, advertised
        self._lines: dict[int, int | None] = {}

    def read(self, section: Section) -> FlexAlgo | None:
        """One definition; None where it cannot be made."""
        section.allow(*_KEYS)
        algorithm = section.integer("algorithm", low=FIRST_FLEX_ALGO, high=LAST_FLEX_ALGO)
        if algorithm is not None:
            section.label = f"flex_algo {algorithm}"
            self._check_number(section, algorithm)
        metric = section.choice("metric_type", FlexMetric, required=False) or FlexMetric.IGP
        groups = {key: self._names(section, key, self._groups) for key in _GROUP_KEYS}
        risks = self._names(section, "exclude_srlgs", self._risks)
        nodes = self._members(section)
        if algorithm is None:
            return None
        return FlexAlgo(algorithm, metric, **groups, exclude_srlgs=risks, nodes=nodes)

    def _check_number(self, section: Section, algorithm: int) -> None:
        if algorithm in self._lines:
            section.problem(
                f"defined twice, first in line {self._lines[algorithm]}", "each algorithm once"
            )
        self._lines.setdefault(algorithm, section.line)
        if not self._advertised and not self._addresses.has_room(algorithm):
            section.problem(
                "its block of SIDs is beyond the last /32, or that of links or customers",
                f"a sid_block whose /32 number {algorithm} is free",
            )

    def _names(self, section: Section, key: str, known: frozenset[str]) -> frozenset[str]:
        words = (
            item.text(GROUP, GROUP_WORDS) if self._advertised else _known(item, known)
            for item in section.items(key, required=False)
        )
        return frozenset(word for word in words if word is not None)

    def _members(self, section: Section) -> frozenset[str] | None:
        value = section.get("nodes")
        if value is None:
            return None
        if value.is_empty_list:
            value.refuse("at least one node, or no such key where all take part")
        return frozenset(self._members_of(value))

    def _members_of(self, value: Value) -> Iterator[str]:
        for item in value.items():
            name = known_name(item, self._nodes, "a node")
            if name is not None:
                yield name


def _known(item: Value, known: frozenset[str]) -> str | None:
    """A group or risk that some link has: of any other a definition would say nothing."""
    word = item.text()
    if word is not None and word not in known:
        item.refuse("one that some link of this file has", remedy=did_you_mean(word, known))
        return None
    return word
