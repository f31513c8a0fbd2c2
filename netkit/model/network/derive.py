"""Delays from lengths and coordinates, always rounded up: never faster than light."""

from __future__ import annotations

import math
from dataclasses import dataclass

from netkit.model.network.elements import DelayBasis
from netkit.model.network.geo import Coordinates, great_circle_km
from netkit.model.units import FIBRE_US_PER_KM

DEFAULT_ROUTE_FACTOR = 1.6
"""Fibre km per great-circle km, where neither a file nor a link states one."""


@dataclass(frozen=True, slots=True)
class DelayRule:
    """How a delay is derived: fibre light time over the route, plus fixed equipment delay."""

    route_factor: float = DEFAULT_ROUTE_FACTOR
    fibre_us_per_km: float = FIBRE_US_PER_KM
    equipment_us: int = 0


@dataclass(frozen=True, slots=True)
class Derived:
    """One-way delays in both directions, where they come from, and the fibre length if known."""

    ab_us: int
    ba_us: int
    basis: DelayBasis
    length_km: float | None = None


def from_length(length_km: float, rule: DelayRule) -> Derived:
    """Delay of ``length_km`` of fibre, the same both ways, in whole µs rounded up.

    Rounded up, as nothing may be said to be faster than light:

    >>> from_length(100, DelayRule(equipment_us=20)).ab_us
    510
    """
    delay_us = math.ceil(length_km * rule.fibre_us_per_km) + rule.equipment_us
    return Derived(delay_us, delay_us, DelayBasis.LENGTH, length_km)


def from_coordinates(a: Coordinates, b: Coordinates, rule: DelayRule) -> Derived:
    """Delay of a cable whose length is the great circle times the route factor.

    >>> cable = from_coordinates(Coordinates(39.9, 116.4), Coordinates(31.23, 121.47), DelayRule())
    >>> cable.length_km, cable.ab_us
    (1707.326, 8361)
    """
    length_km = great_circle_km(a, b) * rule.route_factor
    delay_us = math.ceil(length_km * rule.fibre_us_per_km) + rule.equipment_us
    return Derived(delay_us, delay_us, DelayBasis.COORDINATES, round(length_km, 3))
