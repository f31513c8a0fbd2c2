"""Pairing against enumeration of every assignment, goal by goal."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netkit.model.placement.assignment import ComputeDemand
from netkit.model.placement.workload import (
    Obstacle,
    Option,
    Placement,
    Reach,
    Refusal,
    Site,
    WorkloadClass,
)
from netkit.model.srv6.segment_list import CandidatePath, Certificate, Path
from netkit.planner.placement.assignment import pair_up

NOWHERE = Refusal(Obstacle.DELAY)


@dataclass
class Table:
    """A placer whose answers are drawn: delay and target of each city and site, or none."""

    sites: tuple[Site, ...]
    ways: dict[tuple[str, str], tuple[int, str] | None]

    def place(self, city: Site, workload: WorkloadClass) -> Placement:
        found = [(site, self.ways[city.name, site.name]) for site in self.sites]
        options = tuple(
            Option(site, way[1], reach(way[0]), 100) for site, way in found if way is not None
        )
        return Placement(city, workload, options, None if options else NOWHERE)


def reach(delay_us: int) -> Reach:
    certificate = Certificate(delay_us, delay_us, 1, (), ())
    leg = CandidatePath((), Path((), (), 0, delay_us), certificate)
    return Reach("c", "s", leg, leg)


@st.composite
def instances(draw: st.DrawFn, *, most: int):
    """A few sites with room or without limit, and demands of a few units from two cities."""
    limit = st.none() | st.integers(0, 5)
    sites = tuple(
        Site(f"s{j}", ("s",), capacity=draw(limit), bandwidth_bps=mbps(draw(limit)))
        for j in range(draw(st.integers(2, 3)))
    )
    cities = [Site(name, (name,)) for name in "xy"]
    way = st.none() | st.tuples(st.integers(0, 2), st.sampled_from(["first", "second"]))
    ways = {(city.name, site.name): draw(way) for city in cities for site in sites}
    workload = WorkloadClass("work", ("first", "second"), bound_us=100)
    demands = [
        ComputeDemand(
            f"d{i}",
            draw(st.sampled_from(cities)),
            workload,
            draw(st.integers(1, most)),
            mbps(draw(st.none() | st.integers(1, 3))),
        )
        for i in range(draw(st.integers(2, 3)))
    ]
    return Table(sites, ways), demands


def mbps(value: int | None) -> int | None:
    return None if value is None else value * 1_000_000


def shares(table: Table, demand: ComputeDemand, *, split: bool):
    """Every way to lay one demand over the sites that may have it, none or part of it too."""
    can = [table.ways[demand.city.name, site.name] is not None for site in table.sites]
    amount = int(demand.amount)
    for share in itertools.product(*(range(amount + 1) if may else (0,) for may in can)):
        whole = max(share) == sum(share) and sum(share) in (0, amount)
        if sum(share) <= amount and (split or whole):
            yield share


def loads(table: Table, demands, shares_):
    amount = [sum(share[j] for share in shares_) for j in range(len(table.sites))]
    wide = [
        sum((d.bandwidth_bps or 0) * s[j] / d.amount for d, s in zip(demands, shares_, strict=True))
        for j in range(len(table.sites))
    ]
    return amount, wide


def fits(table: Table, demands, shares_) -> bool:
    return all(
        (site.capacity is None or amount <= site.capacity)
        and (site.bandwidth_bps is None or wide <= site.bandwidth_bps + 1e-6)
        for site, amount, wide in zip(table.sites, *loads(table, demands, shares_), strict=True)
    )


def goals(table: Table, demands, shares_) -> tuple[int, ...]:
    parts = [
        (demand, site, share, table.ways[demand.city.name, site.name])
        for demand, row in zip(demands, shares_, strict=True)
        for site, share in zip(table.sites, row, strict=True)
        if share
    ]
    return (
        -sum(share for _, _, share, _ in parts),
        sum(share * (way[1] == "second") for _, _, share, way in parts),
        sum(share * way[0] for _, _, share, way in parts),
        len({(demand.city.name, site.name) for demand, site, _, _ in parts}),
        sum(share * table.sites.index(site) for _, site, share, _ in parts),
    )


def taken(pairing, table: Table, demands):
    return [
        tuple(
            sum(
                one.amount
                for one in pairing.assignments
                if one.demand.name == demand.name and one.option.site == site
            )
            for site in table.sites
        )
        for demand in demands
    ]


@pytest.mark.parametrize("split", [False, True])
@settings(max_examples=examples(250, one_in=3), suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_is_better(data: st.DataObject, split: bool) -> None:
    table, demands = data.draw(instances(most=3 if split else 5))
    pairing = pair_up(table, demands, "racks", split=split)
    assert pairing.proved
    every = itertools.product(*(list(shares(table, d, split=split)) for d in demands))
    best = min(goals(table, demands, one) for one in every if fits(table, demands, one))
    mine = taken(pairing, table, demands)
    assert fits(table, demands, mine)
    assert goals(table, demands, mine) == best
    left = {one.demand.name: one.amount for one in pairing.unplaced}
    for demand, row in zip(demands, mine, strict=True):
        assert left.get(demand.name, 0) == demand.amount - sum(row)
    for one in pairing.unplaced:
        nowhere = not table.place(one.demand.city, one.demand.workload).options
        assert (one.refusal is NOWHERE) == nowhere
    for site in table.sites:
        assert pairing.used(site) == sum(row[table.sites.index(site)] for row in mine)


@pytest.mark.parametrize("split", [False, True])
@settings(max_examples=examples(250, one_in=3), suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_additions_are_the_least_that_help(data: st.DataObject, split: bool) -> None:
    table, demands = data.draw(instances(most=3 if split else 5))
    pairing = pair_up(table, demands, "racks", split=split)
    short = any(one.refusal.obstacle is Obstacle.CAPACITY for one in pairing.unplaced)
    assert pairing.additions is not None
    if not short:
        assert pairing.additions == ()
        return
    whole = [
        [s for s in shares(table, d, split=split) if sum(s) == d.amount] or [None] for d in demands
    ]
    kept = [(d, rows) for d, rows in zip(demands, whole, strict=True) if rows != [None]]
    wants = [d for d, _ in kept]
    lack = min(missing(table, wants, one) for one in itertools.product(*(rows for _, rows in kept)))
    more = sum(one.amount for one in pairing.additions)
    wider = sum(one.bandwidth_bps for one in pairing.additions)
    assert (more, wider) == (lack[0], pytest.approx(lack[1], abs=20))


def missing(table: Table, demands, shares_) -> tuple[int, float]:
    amount, wide = loads(table, demands, shares_)
    caps = [site.capacity for site in table.sites]
    widths = [site.bandwidth_bps for site in table.sites]
    return (
        sum(max(0, a - cap) for a, cap in zip(amount, caps, strict=True) if cap is not None),
        sum(max(0.0, w - cap) for w, cap in zip(wide, widths, strict=True) if cap is not None),
    )


def test_decimals_are_exact() -> None:
    """Three tenths fill a site of 0.3, which floats would not."""
    site = Site("s", ("s",), capacity=0.3)
    city = Site("x", ("x",))
    table = Table((site,), {("x", "s"): (5, "first")})
    workload = WorkloadClass("work", ("first",), bound_us=100)
    demands = [ComputeDemand(f"d{i}", city, workload, 0.1) for i in range(4)]
    pairing = pair_up(table, demands, "pflops", split=False)
    assert pairing.used(site) == 0.3
    assert [one.amount for one in pairing.unplaced] == [0.1]
    assert [one.amount for one in pairing.additions] == [0.1]
