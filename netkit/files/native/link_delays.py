"""The delay of a link or leg in a native topology file: given, or derived, never both."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from netkit.files.reading.yaml_sections import Section, section_of
from netkit.model.network.derive import DelayRule, Derived, from_coordinates, from_length
from netkit.model.network.elements import DelayBasis
from netkit.model.network.geo import Coordinates

MAX_DELAY_US = 1_000_000
MAX_LENGTH_KM = 50_000
DELAY_KEYS = ("delay_us", "basis", "length_km", "route_factor", "equipment_us")


class HasPlace(Protocol):
    """What a link can end at: a node, or an exchange."""

    @property
    def coordinates(self) -> Coordinates | None:
        """Where it stands, if that is known."""


def read_rule(section: Section, default: DelayRule) -> DelayRule:
    """``route_factor`` and ``equipment_us`` of a part, over ``default``."""
    factor = section.number("route_factor", low=1, high=10, required=False)
    equipment = section.integer("equipment_us", low=0, high=MAX_DELAY_US, required=False)
    rule = default if factor is None else replace(default, route_factor=factor)
    return rule if equipment is None else replace(rule, equipment_us=equipment)


def read_delay(
    section: Section, a: HasPlace | None, b: HasPlace | None, rule: DelayRule
) -> Derived | None:
    """The delay as given, else from ``length_km``, else from the coordinates of both ends."""
    own = read_rule(section, rule)
    length_km = section.number("length_km", low=0, high=MAX_LENGTH_KM, required=False)
    basis = section.choice("basis", DelayBasis, required=False)
    if "delay_us" in section:
        _refuse_unused(section, ("route_factor", "equipment_us"), "delay_us")
        given = read_both_ways(section, "delay_us", 0, MAX_DELAY_US)
        return None if given is None else Derived(*given, basis or DelayBasis.GIVEN, length_km)
    if basis is not None:
        section.problem("basis without delay_us", "delay_us beside it")
    if "length_km" in section:
        _refuse_unused(section, ("route_factor",), "length_km")
        return None if length_km is None else from_length(length_km, own)
    if a is None or b is None:
        return None
    if a.coordinates is not None and b.coordinates is not None:
        return from_coordinates(a.coordinates, b.coordinates, own)
    section.problem("no delay", "delay_us, length_km, or coordinates at both ends")
    return None


def _refuse_unused(section: Section, keys: tuple[str, ...], because: str) -> None:
    for key in keys:
        if key in section:
            section.problem(f"{key} has no effect beside {because}", f"{key} or {because}")


def read_both_ways(section: Section, key: str, low: int, high: int) -> tuple[int, int] | None:
    """One whole number for both directions, or ``{ab: …, ba: …}``."""
    value = section.get(key)
    if value is None:
        return None
    ways = section_of(value) if value.is_mapping else None
    if ways is None:
        both = value.integer(low=low, high=high)
        return None if both is None else (both, both)
    ways.allow("ab", "ba")
    ab, ba = (ways.integer(way, low=low, high=high) for way in ("ab", "ba"))
    return None if ab is None or ba is None else (ab, ba)
