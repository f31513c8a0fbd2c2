"""Which adjacency of one router is which of the other, of thousands between the two as well."""

import random

import pytest

from netkit.files.importers.link_state.network import pairing
from netkit.files.importers.link_state.network.arcs import StateArc
from netkit.files.importers.link_state.network.pairing import paired


def both(number, *, near=True, far=True, ids=False, borrowed=False, metrics=(10, 10)):
    """Link ``number`` as both of its ends state it."""
    ends = (
        ("10.9.0.1", "10.9.0.2")
        if borrowed
        else tuple(f"10.{number // 200}.{number % 200}.{end}" for end in (1, 2))
    )
    own = (str(2 * number + 1), str(2 * number + 2)) if ids else (None, None)
    here = StateArc("a", "b", metrics[0], ids=own)
    there = StateArc("b", "a", metrics[1], ids=own[::-1])
    here.ipv4 = (ends[0] if near else None, ends[1] if far else None)
    there.ipv4 = (ends[1] if near else None, ends[0] if far else None)
    return here, there


def result(links, seed=1):
    """Pairs by the numbers of their links, and whether it was a guess; order must not matter."""
    rng = random.Random(seed)
    here, there = [one for one, _ in links], [other for _, other in links]
    rng.shuffle(here)
    rng.shuffle(there)
    number = {id(arc): i for i, link in enumerate(links) for arc in link}
    pairs, guessed = paired(here, there)
    found = [tuple(None if arc is None else number[id(arc)] for arc in pair) for pair in pairs]
    return sorted(found, key=str), guessed


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "stated",
    [
        {}, {"far": False}, {"near": False}, {"ids": True, "near": False, "far": False},
        {"ids": True, "borrowed": True},
    ],
    ids=["both", "near", "far", "ids", "borrowed addresses and ids"],
)  # fmt: skip
def test_what_ends_say_pairs_them(stated, seed):
    links = [both(n, metrics=(10 + n, 90 - n), **stated) for n in range(9)]
    assert result(links, seed) == ([(n, n) for n in range(9)], False)


def test_ids_of_one_end_only_do_not_part_links_of_one_borrowed_address():
    links = [both(n, borrowed=True, ids=True, metrics=(10 + n, 10 + n)) for n in range(3)]
    for _, there in links:
        there.ids = (None, None)
    assert result(links) == ([(n, n) for n in range(3)], True)


def test_ends_that_contradict_each_other_are_never_one_link():
    here, there = both(1)[0], both(2)[1]
    assert paired([here], [there]) == ([(None, there), (here, None)], False)


def test_a_subnet_that_many_links_share_tells_none_of_them():
    links = [both(n, metrics=(10 + n, 10 + n)) for n in range(3)]
    for number, (here, there) in enumerate(links):
        here.ipv4 = there.ipv4 = (None, None)
        here.ipv6 = (f"2001:db8::{100 + 16 * number}", None)
        there.ipv6 = (f"2001:db8::{900 - 16 * number}", None)
    assert result(links) == ([(n, n) for n in range(3)], True)


@pytest.mark.parametrize(
    "stated", [{}, {"far": False}, {"ids": True, "borrowed": True}, {"borrowed": True}]
)
def test_work_grows_with_links_and_not_with_their_square(stated, monkeypatch):
    calls = 0
    contradict = pairing._contradict

    def counted(*arcs):
        nonlocal calls
        calls += 1
        return contradict(*arcs)

    monkeypatch.setattr(pairing, "_contradict", counted)
    links = [both(n, metrics=(10 + n % 5, 10 + n % 3), **stated) for n in range(1000)]
    pairs, _ = result(links)
    assert len(pairs) == 1000
    assert calls <= 16 * len(links)


def test_clashing_ends_cost_no_more():
    links = [both(n) for n in range(2000)]
    for number, (_, there) in enumerate(links):
        there.ipv4 = tuple(f"11.{number // 200}.{number % 200}.{end}" for end in (1, 2))
    pairs, guessed = result(links)
    assert (len(pairs), guessed) == (4000, False)
