"""Selectors to pairs: every pair once, spread over senders; rings and covers as small as can be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain, combinations

import pytest
from goldens import ROOT
from hypothesis import given
from hypothesis import strategies as st

from netkit.api import load_topology
from netkit.errors import InputError
from netkit.model.measurement.campaign import Site
from netkit.model.measurement.campaign_file import (
    Cover,
    Cross,
    Mesh,
    Pairs,
    Rings,
    Selector,
    SiteSet,
)
from netkit.planner.coverage.cover import smallest_cover
from netkit.planner.coverage.crossings import Crossing, Crossings
from netkit.planner.coverage.rings import disjoint_rings, most_rings
from netkit.planner.coverage.selection import Places, Selection, select

ALL = SiteSet()
METRO = load_topology(ROOT / "topologies" / "lab-metro.yaml")
PLACES = Places([Site(node.name, (), node.name) for node in METRO.nodes], METRO.node)
CROSSINGS = Crossings(METRO)


def chosen(selector: Selector, places: Places = PLACES) -> list[tuple[str, str]]:
    return [(one.src, one.dst) for one in selected(selector, places).pairs]


def selected(selector: Selector, places: Places = PLACES) -> Selection:
    return select(selector, 7, places, CROSSINGS.of)


def named(count: int) -> Places:
    return Places([Site(f"s{number}", ()) for number in range(count)], {})


@given(st.integers(2, 25))
def test_a_mesh_has_every_pair_once_and_all_send_about_as_often(count: int) -> None:
    pairs = chosen(Mesh(ALL), named(count))
    assert len({frozenset(pair) for pair in pairs}) == len(pairs) == count * (count - 1) // 2
    sending = Counter(src for src, _ in pairs)
    often = [sending[f"s{number}"] for number in range(count)]
    assert max(often) - min(often) <= 2


@given(st.integers(3, 30), st.data())
def test_rings_go_through_all_sites_and_share_no_pair(count: int, data: st.DataObject) -> None:
    rings = data.draw(st.integers(1, most_rings(count)))
    sites = [f"s{number}" for number in range(count)]
    found = disjoint_rings(sites, rings)
    assert [sorted(ring) for ring in found] == [sorted(sites)] * rings
    pairs = chosen(Rings(ALL, rings), named(count))
    assert len({frozenset(pair) for pair in pairs}) == len(pairs) == count * rings
    assert set(Counter(src for src, _ in pairs).values()) == {rings}


def test_no_more_rings_than_there_are() -> None:
    with pytest.raises(InputError, match="3 through 6 sites; expected at most 2"):
        disjoint_rings("abcdef", 3)
    with pytest.raises(InputError, match="at least 3 sites"):
        disjoint_rings("ab", 1)


def test_hubs_with_cities_by_what_their_nodes_are() -> None:
    core, city = (SiteSet(attributes={"role": frozenset({role})}) for role in ("core", "city"))
    assert chosen(Cross(core, city)) == [
        ("xidan", "haidian"), ("xidan", "changping"), ("xidan", "tongzhou"),
    ]  # fmt: skip
    both = chosen(Cross(city, ALL))
    assert len({frozenset(pair) for pair in both}) == len(both) == 3 + 3 * 2


def test_what_is_not_there_is_named_with_its_line() -> None:
    wrong = SiteSet(
        attributes={"role": frozenset({"citi"}), "place": frozenset({"Beijing"})}, line=3
    )
    with pytest.raises(InputError) as caught:
        selected(Mesh(wrong))
    (problem,) = caught.value.problems
    assert (problem.line, problem.what, problem.value) == (3, "no site has the role", "'citi'")
    assert problem.remedy == "Did you mean 'city'?"
    called = {"Beijing": ("北京",)}
    wrong = SiteSet(attributes={"place": frozenset({"北亰"})})
    with pytest.raises(InputError, match=r"no site has the place: '北亰'.* Did you mean '北京'"):
        selected(Mesh(wrong), replace(PLACES, also_called=lambda word: called.get(word, ())))
    with pytest.raises(InputError) as caught:
        selected(Pairs((("xidan", "haidan"), ("a", "xidan")), (4, 5)))
    assert [(one.line, one.value) for one in caught.value.problems] == [(4, "'haidan'"), (5, "'a'")]
    with pytest.raises(InputError, match="a measurement of nobody"):
        selected(Mesh(SiteSet(("xidan",))))


def test_a_cover_crosses_every_link_that_can_be_crossed() -> None:
    found = selected(Cover(ALL))
    assert found.smallest
    ways = [pair for src, dst in chosen(Cover(ALL)) for pair in ((src, dst), (dst, src))]
    crossed = set(chain.from_iterable(CROSSINGS.of(*way).possible for way in ways))
    every = list(combinations(METRO.node, 2))
    crossable = set(
        chain.from_iterable(
            CROSSINGS.of(*way).possible for pair in every for way in (pair, pair[::-1])
        )
    )
    assert crossed == crossable
    parallel = {(link.id, end) for link in METRO.links if {link.a, link.b} == {"xidan", "tongzhou"}
                for end in (link.a, link.b)}  # fmt: skip
    assert parallel <= found.by_chance


def brute(crossed: list[frozenset[tuple[str, str]]]) -> int:
    wanted = frozenset().union(*crossed)
    return next(
        size
        for size in range(len(crossed) + 1)
        for some in combinations(crossed, size)
        if frozenset().union(*some) == wanted
    )


LINKS = st.frozensets(st.sampled_from([(f"l{n}", "x") for n in range(6)]))


@given(st.lists(st.tuples(LINKS, LINKS), min_size=1, max_size=7))
def test_no_set_is_smaller_than_a_cover(of: list[tuple[frozenset, frozenset]]) -> None:
    crossings = {
        (f"a{number}", "b"): [Crossing(certain | more, certain)]
        for number, (certain, more) in enumerate(of)
    }
    found = smallest_cover(crossings)
    sure = frozenset().union(*(certain for certain, _ in of))
    may = frozenset().union(*(certain | more for certain, more in of))
    assert found.by_chance == may - sure
    crossed = [certain | more & found.by_chance for certain, more in of]
    assert found.smallest
    assert len(found.pairs) == brute(crossed)
    covered = [crossed[int(pair[0][1:])] for pair in found.pairs]
    assert frozenset().union(*covered) == may


def test_a_link_that_traffic_may_pass_by_is_not_certain() -> None:
    """From xidan to yizhuang two ways cost the same: neither is certain."""
    crossing = CROSSINGS.of("xidan", "yizhuang-dc")
    assert crossing is not None
    assert len(crossing.possible) > 1
    assert not crossing.certain
    straight = CROSSINGS.of("changping", "haidian")
    assert straight is not None
    assert straight.certain == straight.possible
