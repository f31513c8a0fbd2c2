"""Locating against brute force on small networks: every set, every branch, every cause."""

from __future__ import annotations

import itertools
import math
from random import Random

import numpy as np
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from netkit.model.srv6.route import Hop, Route
from netkit.monitor.locate.branches import known_branches
from netkit.monitor.locate.columns import branches_over, columns, crossings
from netkit.monitor.locate.evidence import Evidence, Shift, Statement
from netkit.monitor.locate.fit import Fitting
from netkit.monitor.locate.likelihood import seen_of
from netkit.monitor.locate.minimal import smallest_sets

_FLOWS = st.lists(st.frozensets(st.integers(0, 7), min_size=1, max_size=5), max_size=8)


@given(_FLOWS)
def test_smallest_sets_are_all_of_least_size(flows: list[frozenset[int]]) -> None:
    def hit(chosen: frozenset[int]) -> bool:
        return all(chosen & flow for flow in flows)

    for size in range(9):
        sets = map(frozenset, itertools.combinations(range(8), size))
        expected = [chosen for chosen in sets if hit(chosen)]
        if expected:
            break
    assert smallest_sets(flows, largest=8) == tuple(sorted(expected, key=sorted))


@st.composite
def routes(draw: st.DrawFn) -> Route:
    """One or two legs of layers of nodes; every node forwards to some of the next layer."""
    legs = []
    for leg in range(draw(st.integers(1, 2))):
        layers = [[f"{leg}.0.0"]]
        layers += [
            [f"{leg}.{depth}.{n}" for n in range(draw(st.integers(1, 2)))] for depth in (1, 2)
        ]
        layers.append([f"{leg}.3.0"])
        hops = []
        for here, ahead in itertools.pairwise(layers):
            reached = {hop.head for hop in hops} | {layers[0][0]}
            for node in here:
                if node in reached:
                    heads = draw(st.lists(st.sampled_from(ahead), min_size=1, unique=True))
                    hops += [Hop((f"{node}-{to}", node), node, to, 1 / len(heads)) for to in heads]
        legs.append(tuple(hops))
    return Route(tuple(legs))


def all_branches(route: Route) -> list[tuple[tuple[Hop, ...], float]]:
    """Every branch, hop by hop, with its share."""

    def walk(leg: tuple[Hop, ...], at: str) -> list[tuple[tuple[Hop, ...], float]]:
        leaving = [hop for hop in leg if hop.tail == at]
        if not leaving:
            return [((), 1.0)]
        return [
            ((hop, *more), hop.share * share)
            for hop in leaving
            for more, share in walk(leg, hop.head)
        ]

    whole: list[tuple[tuple[Hop, ...], float]] = [((), 1.0)]
    for leg in route.legs:
        parts = walk(leg, leg[0].tail)
        whole = [(a + b, x * y) for a, x in whole for b, y in parts]
    return whole


@given(routes())
def test_chances_are_shares_of_branches(route: Route) -> None:
    found = crossings(route)
    for arc in route.arcs:
        chance = sum(
            share for hops, share in all_branches(route) if any(hop.arc == arc for hop in hops)
        )
        (only,) = found[arc]
        assert only == pytest.approx(chance)


@given(st.lists(routes(), min_size=1, max_size=4))
def test_arcs_of_a_column_are_on_the_same_branches(some: list[Route]) -> None:
    found = columns(some)
    column_of = {arc: number for number, one in enumerate(found) for arc in one.arcs}
    on = {arc: [] for route in some for arc in route.arcs}
    for route in some:
        for hops, _ in all_branches(route):
            crossed = [hop.arc for hop in hops]
            for arc, marks in on.items():
                marks.append(crossed.count(arc))
    assert column_of.keys() == on.keys()
    for a, b in itertools.combinations(on, 2):
        assert (column_of[a] == column_of[b]) == (on[a] == on[b])


@given(routes())
def test_branches_over_some_arcs_are_the_branches(route: Route) -> None:
    arcs = sorted(route.arcs)[::2]
    numbers = {arc: (place,) for place, arc in enumerate(arcs)}
    expected: dict[tuple[int, ...], float] = {}
    for hops, share in all_branches(route):
        key = tuple(sorted(numbers[hop.arc][0] for hop in hops if hop.arc in numbers))
        expected[key] = expected.get(key, 0.0) + share
    assert dict(branches_over(route, numbers)) == pytest.approx(expected)


_TAU, _SIGMA, _ELSEWHERE = 5.0, 0.1, 1e-3


def straight(*arcs: str) -> Route:
    """One branch over these arcs."""
    hops = tuple(Hop((arc, ""), str(at), str(at + 1)) for at, arc in enumerate(arcs))
    return Route((hops,))


def either(first: str, second: str) -> Route:
    """Two branches of one arc each."""
    return Route(((Hop((first, ""), "s", "t", 0.5), Hop((second, ""), "s", "t", 0.5)),))


def exact_log_evidence(
    rows: list[list[tuple[list[int], float]]], seen: np.ndarray, chosen: tuple[int, ...]
) -> float:
    """Sum over every assignment of flows to branches or to causes of their own."""

    def normal(values: np.ndarray, matrix: np.ndarray, width: float) -> float:
        cover = matrix @ matrix.T * _TAU**2 + np.eye(len(values)) * width
        _, log_det = np.linalg.slogdet(cover)
        quadratic = values @ np.linalg.solve(cover, values)
        return -0.5 * (quadratic + log_det + len(values) * math.log(2 * math.pi))

    options = [[*row, None] for row in rows]
    total = []
    for picked in itertools.product(*options):
        weight, matrix, values = 0.0, [], []
        for value, one in zip(seen, picked, strict=True):
            if one is None:
                width = _SIGMA**2 + _TAU**2
                weight += math.log(_ELSEWHERE) - 0.5 * (
                    value**2 / width + math.log(2 * math.pi * width)
                )
            else:
                weight += math.log(1 - _ELSEWHERE) + math.log(one[1])
                matrix.append([one[0].count(column) for column in chosen])
                values.append(value)
        if values:
            columns_ = np.array(matrix, dtype=float).reshape(len(values), len(chosen))
            weight += normal(np.array(values), columns_, _SIGMA**2)
        total.append(weight)
    return float(np.logaddexp.reduce(total))


_ODDS = math.log(1e-3)


@settings(max_examples=examples(60, one_in=3), deadline=None)
@given(st.integers(0, 10**6))
def test_the_likeliest_set_is_that_of_every_branch_and_cause(seed: int) -> None:
    """Laplace's method beside the sum over all assignments of flows to branches and causes."""
    random = Random(seed)
    some = [straight(*random.sample("abcd", random.randint(1, 3))) for _ in range(4)]
    some += [either(*random.sample("abcd", 2)), straight(*"abcd")]
    faulty = random.sample("abcd", random.randint(0, 3))
    size = {arc: random.uniform(2, 8) if arc in faulty else 0.0 for arc in "abcd"}
    values = []
    for route in some:
        hops, _ = random.choice(all_branches(route))
        values.append(sum(size[hop.arc[0]] for hop in hops) + random.gauss(0, _SIGMA))
    evidence = [
        Evidence(str(number), route, Statement.UNKNOWN, Shift(value, _SIGMA))
        for number, (route, value) in enumerate(zip(some, values, strict=True))
    ]
    found = columns(some)
    known, branches = known_branches(evidence, found)
    prior = np.full(len(found), _ODDS)
    fitting = Fitting(branches, seen_of(known, 0.0, 1.0), prior, _TAU, _ELSEWHERE)
    of = {one.arcs[0]: (number,) for number, one in enumerate(found)}
    rows = [[(list(b), s) for b, s in branches_over(route, of)] for route in some]
    nothing = exact_log_evidence(rows, np.array(values), ())
    sets = [s for n in (1, 2, 3) for s in itertools.combinations(range(len(found)), n)]
    exact = {
        s: exact_log_evidence(rows, np.array(values), s) - nothing + len(s) * _ODDS for s in sets
    }
    best, second = sorted(exact.values(), reverse=True)[:2]
    close = {s: fitting.fit(s).log_evidence for s in sets}
    if best > 0 and best > second + 1:
        likeliest = max(sets, key=exact.__getitem__)
        assert max(sets, key=close.__getitem__) == likeliest
        assert close[likeliest] == pytest.approx(best, abs=0.7)
