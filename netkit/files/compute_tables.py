"""CSV tables of computing: what sites can take, what cities want.

::

    site,racks,bandwidth_gbps,traits          city,class,racks,bandwidth_gbps,name
    Guiyang,4000,800,                         Shanghai,tolerant,1200,100,training
    Beijing,200,,edge                         Beijing,extreme,40,,trading
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from netkit.errors import did_you_mean, shown
from netkit.files.native.links import MAX_CAPACITY_BPS
from netkit.files.place_names import NameKind, by_other_names
from netkit.files.reading.csv_rows import Row, csv_rows
from netkit.files.reading.files import read_text
from netkit.files.reading.findings import Findings
from netkit.model.network.topology import Topology
from netkit.model.placement.assignment import ComputeDemand
from netkit.model.placement.sites import sites_of
from netkit.model.placement.workload import Regions, Site, WorkloadClass
from netkit.model.units import BPS_PER_GBPS

UNITS = ("racks", "pflops")
"""What amounts can be counted in; the columns have these names."""

_NOWHERE = Site("", ())
_MAX_AMOUNT = 1e9
_DIGITS = 3


@dataclass(frozen=True)
class Sites:
    """Sites in file order of the topology, then those of the table; ``unit`` of their capacities,
    None where the table has none."""

    sites: tuple[Site, ...]
    unit: str | None = None


@dataclass(frozen=True)
class ComputeTable:
    """Demands in file order, and the unit of their amounts."""

    demands: tuple[ComputeDemand, ...]
    unit: str


def read_sites(
    path: str | os.PathLike[str] | None,
    topology: Topology,
    regions: Regions,
    cities: Mapping[str, Site],
) -> Sites:
    """The clusters of a topology with what the table says of them, and the table's own sites.

    A row names a cluster by its site's name or by one of its routers, else a city, by ``cities``:
    then there is one more site in it. What the table leaves out has no limit. Raises
    :class:`~netkit.errors.InputError` with every problem of the file.
    """
    sites = {site.name: site for site in sites_of(topology, regions)}
    if path is None:
        return Sites(tuple(sites.values()))
    findings = Findings(os.fspath(path))
    columns = ("site", *UNITS, "bandwidth_gbps", "traits")
    rows = list(csv_rows(read_text(path), findings, columns, columns[:1]))
    own = {name: site for site in sites.values() for name in (*site.nodes, site.name)}
    named = by_other_names(own, NameKind)
    seen: set[str] = set()
    for row in rows:
        site, traits = _site(row, named, cities), _traits(row, regions)
        able = _limits(row, site or _NOWHERE)
        if site is not None and site.name in seen:
            row.problem("the site is given twice", shown(site.name))
        elif site is not None:
            seen.add(site.name)
            sites[site.name] = replace(able, traits=site.traits | traits)
    unit = _unit(rows, findings)
    findings.check()
    return Sites(tuple(sites.values()), unit)


def read_compute_demands(
    path: str | os.PathLike[str],
    cities: Mapping[str, Site],
    classes: Mapping[str, WorkloadClass],
    unit: str | None,
) -> ComputeTable:
    """Read a table of demands; their amounts must be in ``unit``, if that is given.

    Raises :class:`~netkit.errors.InputError` with every problem of the file.
    """
    findings = Findings(os.fspath(path))
    columns = ("city", "class", *UNITS, "bandwidth_gbps", "name")
    rows = list(csv_rows(read_text(path), findings, columns, columns[:2]))
    own = _unit(rows, findings)
    found = [_demand(row, cities, classes, own) for row in rows]
    if not rows and not findings.any_problem:
        findings.problem(None, "no demands", expected="at least one")
    if rows and own is None:
        findings.problem(1, "no amounts", expected="a column " + " or ".join(UNITS))
    if unit is not None and own is not None and unit != own:
        findings.problem(1, "column", shown(own), f"{unit}, as in the table of sites")
    findings.check()
    return ComputeTable(tuple(one for one in found if one is not None), own or "")


def _unit(rows: list[Row], findings: Findings) -> str | None:
    units = [unit for unit in UNITS if rows and unit in rows[0].cells]
    if len(units) > 1:
        findings.problem(1, "amounts in two units", expected=" or ".join(UNITS))
    return units[0] if units else None


def _site(row: Row, named: Mapping[str, Site], cities: Mapping[str, Site]) -> Site | None:
    word = row.cells.get("site", "")
    if word in named:
        return named[word]
    if word in cities:
        return cities[word]
    known = {**cities, **named}
    row.problem("unknown site", shown(word), "a cluster or a city", did_you_mean(word, known))
    return None


def _limits(row: Row, site: Site) -> Site:
    """The site with what the row says that it can take."""
    gbps = row.number("bandwidth_gbps", MAX_CAPACITY_BPS / BPS_PER_GBPS)
    amounts = [_amount(row, unit) for unit in UNITS]
    return replace(
        site,
        capacity=next((amount for amount in amounts if amount is not None), None),
        bandwidth_bps=None if gbps is None else round(gbps * BPS_PER_GBPS),
    )


def _traits(row: Row, regions: Regions) -> frozenset[str]:
    words = (row.text("traits") or "").split()
    for word in words:
        if word not in regions.traits:
            expected = "one of " + ", ".join(regions.traits)
            row.problem("unknown trait", shown(word), expected, did_you_mean(word, regions.traits))
    return frozenset(words)


def _demand(
    row: Row, cities: Mapping[str, Site], classes: Mapping[str, WorkloadClass], unit: str | None
) -> ComputeDemand | None:
    city_word, class_word = row.cells.get("city", ""), row.cells.get("class", "")
    city, workload = cities.get(city_word), classes.get(class_word)
    if city is None:
        remedy = did_you_mean(city_word, cities)
        row.problem("unknown city", shown(city_word), "a place or node of the topology", remedy)
    if workload is None:
        expected, remedy = "one of " + ", ".join(classes), did_you_mean(class_word, classes)
        row.problem("unknown class", shown(class_word), expected, remedy)
    amount = None if unit is None else _amount(row, unit)
    if unit is not None and not row.text(unit):
        row.problem(unit, expected="an amount")
    gbps = row.number("bandwidth_gbps", MAX_CAPACITY_BPS / BPS_PER_GBPS)
    if city is None or workload is None or amount is None:
        return None
    name = row.text("name") or f"{city.name} {workload.name}"
    return ComputeDemand(
        name, city, workload, amount, None if gbps is None else round(gbps * BPS_PER_GBPS)
    )


def _amount(row: Row, unit: str) -> float | None:
    amount = row.number(unit, _MAX_AMOUNT)
    if amount is not None and round(amount, _DIGITS) != amount:
        row.problem(unit, f"{amount}", f"at most {_DIGITS} decimals")
    return amount
