"""Of a probe that a link sent twice one copy is followed."""

from __future__ import annotations

import pytest
from lab_topologies import chain, two_sides

from netkit.lab.blueprint import draw
from netkit.lab.truth.copies import one_copy
from netkit.lab.truth.crossings import Traversal
from netkit.lab.truth.probe_key import LEFT, LOST, RECORD, ProbeKey, decode_key
from netkit.lab.truth.records import CableTable, Records, parse_truth

BLUEPRINT = draw(chain(100, 200, 300), ())
CHAIN = CableTable.of(BLUEPRINT)
SIDES = CableTable.of(draw(two_sides(), ()))
LEG_W2, LEG_E2 = 3, 4
KEY = bytes(40)


def passed(end, arrival, release):
    return Traversal(arrival, end, release)


AB, BA, BC, CD = 0, 1, 2, 4


def crossed(*traversals):
    found = one_copy(traversals, CHAIN.way)
    return [one.end for one in found.traversals], found.doubled


def test_copies_that_go_side_by_side_are_one():
    twice = [passed(end, at + late, at + 90 + late) for end, at in ((AB, 0), (BC, 100))
             for late in (0, 3)]  # fmt: skip
    assert crossed(*twice) == ([AB, BC], True)
    assert crossed(*twice[::2]) == ([AB, BC], False)


def test_one_may_be_two_links_ahead_of_the_other():
    way = [passed(AB, 0, 100), passed(AB, 0, 103), passed(BC, 105, 105), passed(CD, 107, 400),
           passed(BC, 108, 108), passed(CD, 110, 410)]  # fmt: skip
    assert crossed(*way) == ([AB, BC, CD], True)


def test_a_loop_is_none():
    way = [passed(end, 10 * n, 10 * n + 9) for n, end in enumerate((AB, BA, AB, BC))]
    assert crossed(*way) == ([AB, BA, AB, BC], False)


def test_of_two_of_which_one_is_lost_the_other_counts():
    found = one_copy([passed(AB, 0, None), passed(AB, 1, 90)], CHAIN.way)
    assert found == ([passed(AB, 1, 90)], True)
    found = one_copy([passed(AB, 0, 90), passed(AB, 1, None)], CHAIN.way)
    assert found == ([passed(AB, 0, 90)], True)


def test_a_link_whose_record_is_missing_hides_nothing_behind_it():
    assert crossed(passed(AB, 0, 90), passed(CD, 300, 600)) == ([AB, CD], False)


def record(end, arrival, release, flags=0, due=0):
    return RECORD.pack(end, flags, arrival, due, release, KEY)


@pytest.mark.parametrize("kind", Records)
def test_the_links_held_it_once(kind):
    """Of netem a record where each copy enters and one where it leaves, of the wire one of both."""
    table = CableTable.of(BLUEPRINT, kind)
    if kind is Records.CROSSINGS:
        first = record(AB, 1000, 0), *(record(AB, 0, at, LEFT) for at in (1100, 1101))
        then = (
            *(record(BC, at, 0) for at in (1110, 1112)),
            *(record(BC, 0, at, LEFT) for at in (1310, 1312)),
        )
    else:
        first = record(AB, 1000, 1100), record(AB, 1000, 1101)
        then = record(BC, 1100, 1300), record(BC, 1102, 1302)
    truth = parse_truth(table, b"".join((*first, *then)))[decode_key(KEY)]
    assert truth.doubled
    assert [(hop.link, hop.headend) for hop in truth.hops] == [("l0", "r0"), ("l1", "r1")]
    assert truth.held_ns == pytest.approx(300, abs=5)
    assert truth.carried_ns == pytest.approx(305, abs=10)


def test_a_leg_that_doubles_is_not_taken_for_the_second_one():
    legs = [record(2 * LEG_W2, 100, 150), record(2 * LEG_W2, 100, 151),
            record(2 * LEG_E2 + 1, 160, 230), record(2 * LEG_E2 + 1, 161, 231)]  # fmt: skip
    (hop,) = parse_truth(SIDES, b"".join(legs))[decode_key(KEY)].hops
    assert (hop.link, hop.headend, hop.tail) == ("ix:w2~e2", "w2", "e2")


def test_a_probe_that_is_lost_in_both_copies_is_lost():
    gone = record(AB, 0, 0, LOST) * 2
    truth = parse_truth(CHAIN, gone)[decode_key(KEY)]
    assert truth.lost_on == "l0"
    assert isinstance(truth.key, ProbeKey)
