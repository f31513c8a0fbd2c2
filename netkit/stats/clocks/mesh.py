"""Certified one-way figures between the sites of a topology, from the samples of a mesh."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from netkit.errors import InputError, Problem
from netkit.model.measurement.clock import CRYSTAL_DRIFT_PPM
from netkit.model.measurement.sample_row import Row
from netkit.model.network.geo import certain_floor_ns
from netkit.model.network.topology import Topology
from netkit.model.planning.tier import TierProfile
from netkit.model.units import us_to_ns
from netkit.stats.clocks.certify import CertifiedMesh, certify_mesh
from netkit.stats.clocks.clock_readings import passages_of, silent_ways

_NOTHING: Mapping[str, int] = MappingProxyType({})


def certify_sites(
    rows: Collection[Row],
    places: Topology,
    tiers: TierProfile,
    *,
    bound_us: int | None = None,
    drift_ppm: float = CRYSTAL_DRIFT_PPM,
    max_error_ns: Mapping[str, int] = _NOTHING,
    position_error_km: float = 0.0,
) -> CertifiedMesh:
    """Judge each direction between nodes of ``places`` against its tier, or all by ``bound_us``.

    Floors are light time between the nodes, which may be ``position_error_km`` off. As in
    :func:`~netkit.stats.clocks.certify.certify_mesh`, no clock may drift by more than
    ``drift_ppm``, and ``max_error_ns`` holds the synchronised ones. Raises :class:`InputError` with
    every name in ``rows`` and ``max_error_ns`` that is no node.
    """
    _check_names(rows, max_error_ns, places)
    passages = passages_of(rows)
    found = certify_mesh(
        passages,
        light_floors_ns(places, position_error_km),
        _bounds_ns(places, tiers, bound_us),
        drift_ppm=drift_ppm,
        max_error_ns=max_error_ns,
    )
    return replace(found, silent=silent_ways(rows, passages))


def _check_names(rows: Collection[Row], errors_ns: Mapping[str, int], places: Topology) -> None:
    names = {name for src, dst, _ in rows for name in (src, dst)} | set(errors_ns)
    problems = [
        Problem("samples", None, "site", name, f"a node of topology {places.name}")
        for name in sorted(names - set(places.node))
    ]
    if problems:
        raise InputError(problems)


def light_floors_ns(places: Topology, position_error_km: float) -> Callable[[str, str], int]:
    """Light time between two sites; 0, which always holds, where a position is not known."""

    def floor_ns(src: str, dst: str) -> int:
        a, b = places.node[src].coordinates, places.node[dst].coordinates
        if a is None or b is None:
            return 0
        return certain_floor_ns(a, b, position_error_km=position_error_km)

    return floor_ns


def _bounds_ns(
    places: Topology, tiers: TierProfile, bound_us: int | None
) -> Callable[[str, str], int | None]:
    def bound_ns(src: str, dst: str) -> int | None:
        ends = places.node[src], places.node[dst]
        chosen_us = tiers.tier_for(*ends).bound_for(*ends) if bound_us is None else bound_us
        return None if chosen_us is None else us_to_ns(chosen_us)

    return bound_ns
