"""Clock or path, and whose clock: from delays whose clocks and paths are known to have moved."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from netkit.stats.clocks.clock_readings import ClockReadings
from netkit.stats.clocks.moved import moved_clocks, moves

US = 1_000
SITES = ("a", "b", "c", "d")
COUNT = 60


def readings(pairs, clocks_us, longer_us, seed):
    """Delays both ways: of the path, waiting now and then, clocks that are off by so much."""
    random = np.random.default_rng(seed)
    found = {}
    for number, (src, dst) in enumerate(pairs):
        start_ns = np.arange(COUNT, dtype=np.int64) * 20_000_000
        for way, path_us in (((src, dst), 3_000 + 700 * number), ((dst, src), 2_800)):
            waits_ns = random.exponential(15 * US, COUNT).astype(np.int64)
            path_ns = (path_us + longer_us.get(way, 0)) * US + waits_ns
            near_us, far_us = (clocks_us.get(site, 0) for site in way)
            left_ns = start_ns + near_us * US
            arrived_ns = start_ns + path_ns + far_us * US
            probe = np.arange(COUNT, dtype=np.int64)
            found[way] = ClockReadings(left_ns, arrived_ns, start_ns, probe)
    return found


def told(pairs, clocks_us, longer_us=None, before_us=None):
    then = readings(pairs, before_us or {}, {}, 1)
    found = moves(then, readings(pairs, clocks_us, longer_us or {}, 2))
    return moved_clocks(found), {(one.src, one.dst) for one in found if one.slower}


MESH = list(combinations(SITES, 2))


@pytest.mark.parametrize("gained_us", [-400, 250, 90_000, -1_000_000])
def test_a_clock_that_moved_is_named_and_by_how_much(gained_us):
    clocks, slower = told(MESH, {"b": gained_us})
    assert clocks.keys() == {"b"}
    assert clocks["b"] == pytest.approx(gained_us * US, abs=20 * US)
    assert not slower


def test_clocks_that_were_wrong_all_along_did_not_move():
    off = {"a": 350_000, "c": -1_000_000}
    assert told(MESH, off, before_us=off) == ({}, set())


@pytest.mark.parametrize("ways", [[("a", "b")], [("b", "a")], [("a", "b"), ("b", "a")]])
def test_a_longer_path_is_no_clock(ways):
    clocks, slower = told(MESH, {}, dict.fromkeys(ways, 3_000))
    assert clocks == {}
    assert slower == {("a", "b")}


def test_a_clock_is_seen_past_a_path_that_got_longer_too():
    clocks, slower = told(MESH, {"c": -2_000}, {("a", "b"): 1_500, ("c", "d"): 1_000})
    assert clocks.keys() == {"c"}
    assert slower == {("a", "b"), ("c", "d")}


def test_of_two_sites_alone_either_may_have_moved():
    assert told([("a", "b")], {"b": 500})[0] == {"a": None, "b": None}


def test_a_pair_that_stood_tells_which_of_two_it_is():
    """No pair of b and c: but a and c stood against each other, so that it is b."""
    clocks, _ = told([("a", "b"), ("a", "c")], {"b": 500})
    assert clocks.keys() == {"b"}


def test_where_one_way_gets_longer_and_the_other_shorter_no_clock_is_named():
    """Both ends stood against others, so that no clock explains it."""
    assert told(MESH, {}, {("a", "b"): 1_000, ("b", "a"): -1_000}) == ({}, set())


def test_a_pair_whose_path_got_longer_does_not_clear_its_clocks():
    """The path of a and b got longer by 2 ms one way, and b's clock gained 1 ms: of these two alone
    nobody could tell. It is not taken for b standing still."""
    clocks, slower = told(MESH, {"b": 1_000}, {("b", "a"): 2_000})
    assert clocks.keys() == {"b"}
    assert slower == {("a", "b")}


def test_two_clocks_that_moved_are_both_named():
    clocks, _ = told(list(combinations("abcde", 2)), {"b": 500, "d": -800})
    assert {site: round(ns / US, -2) for site, ns in clocks.items()} == {"b": 500, "d": -800}


def test_less_than_a_tenth_of_a_millisecond_is_not_told():
    assert told(MESH, {"b": 60}, {("a", "c"): 60}) == ({}, set())


def test_of_two_sites_without_a_probe_that_is_exact_both_ways_all_are_looked_at() -> None:
    """A program stamped one way of every probe, in turn."""
    odd = np.arange(COUNT) % 2 == 1
    before, after = (
        {
            way: replace(one, poor=odd if way == ("a", "b") else ~odd)
            for way, one in readings([("a", "b")], {"b": ahead_us}, {}, 1).items()
        }
        for ahead_us in (0, 700)
    )
    (found,) = moves(before, after)
    assert found.gained_ns == 700 * US
