"""From the wire's records to the links that each probe crossed."""

from __future__ import annotations

import struct
from ipaddress import IPv6Address

import pytest
from lab_topologies import chain, two_sides

from netkit.errors import InputError
from netkit.lab.blueprint import draw
from netkit.lab.truth.probe_key import LEFT, LOST, RECORD, ProbeKey
from netkit.lab.truth.records import (
    CableTable,
    Records,
    parse_truth,
    path_is_certified,
    read_truth,
)
from netkit.model.srv6.segment_list import Certificate

KEY = ProbeKey(IPv6Address("2001:db8:1::2"), IPv6Address("2001:db8:2::2"), 40000, 862, 3)
CHAIN = CableTable.of(draw(chain(100, 200, 300), ()))
SIDES = CableTable.of(draw(two_sides(), ()))
WEST, EAST, DIRECT, LEG_W2, LEG_E2, LEG_X = range(6)


def record(end, arrival, release, key=KEY, flags=0):
    packed = struct.pack(">16s16sHHI", key.src.packed, key.dst.packed, *key[2:])
    return RECORD.pack(end, flags, arrival, 0, release, packed)


def entering(cable, side="a"):
    return 2 * cable + (side == "b")


def certificate(*links):
    return Certificate(0, 0, 1, tuple(sorted(links)), ())


def test_links_come_in_order_of_arrival_and_hold_until_the_next_one():
    records = record(entering(1), 1130, 1325) + record(entering(0), 1000, 1095)
    truth = parse_truth(CHAIN, records)[KEY]
    assert [(hop.link, hop.headend, hop.tail) for hop in truth.hops] == [
        ("l0", "r0", "r1"),
        ("l1", "r1", "r2"),
    ]
    assert [hop.held_ns for hop in truth.hops] == [130, 195]
    assert truth.held_ns == 325
    assert truth.lost_on is None


def test_backwards_over_a_cable_starts_at_its_other_end():
    (hop,) = parse_truth(CHAIN, record(entering(2, "b"), 5, 9))[KEY].hops
    assert (hop.headend, hop.tail) == ("r3", "r2")


def test_a_lost_probe_says_where_and_has_no_delay():
    records = record(entering(0), 0, 90) + record(entering(1), 120, 0, flags=LOST)
    truth = parse_truth(CHAIN, records)[KEY]
    assert truth.lost_on == "l1"
    assert truth.held_ns is None


@pytest.mark.parametrize(("there", "back"), [(LEG_W2, LEG_E2), (LEG_E2, LEG_W2)])
def test_two_legs_are_one_link_of_the_fabric_in_file_order(there, back):
    records = record(entering(there), 100, 150) + record(entering(back, "b"), 160, 230)
    (hop,) = parse_truth(SIDES, records)[KEY].hops
    assert hop.link == "ix:w2~e2"
    assert hop.headend == SIDES.cables[there].a
    assert hop.tail == SIDES.cables[back].a
    assert hop.held_ns == 130


def test_a_probe_that_only_reached_the_fabric_was_lost_there():
    (hop,) = parse_truth(SIDES, record(entering(LEG_X), 100, 150))[KEY].hops
    assert hop.link == "ix:x"
    assert hop.release_ns is None


def test_probes_are_told_apart_and_a_torn_record_is_left_out():
    other = KEY._replace(sequence=4)
    records = record(entering(0), 0, 1) + record(entering(0), 5, 6, other)
    assert set(parse_truth(CHAIN, records)) == {KEY, other}
    assert set(parse_truth(CHAIN, records[:-1])) == {KEY}


def test_certified_means_connected_end_to_end_and_every_adjacency_listed():
    records = record(entering(0), 0, 90) + record(entering(1), 100, 290)
    hops = parse_truth(CHAIN, records)[KEY].hops
    allowed = certificate(("l0", "r0"), ("l1", "r1"), ("l2", "r2"))
    assert path_is_certified(hops, allowed, "r0", "r2")
    assert not path_is_certified(hops, allowed, "r0", "r3"), "ends too early"
    assert not path_is_certified(hops, allowed, "r1", "r2"), "starts elsewhere"
    assert not path_is_certified(hops[1:], allowed, "r0", "r2"), "has a gap"
    assert not path_is_certified(hops, certificate(("l0", "r0"), ("l1", "r2")), "r0", "r2")
    lost = parse_truth(CHAIN, record(entering(0), 0, 0, flags=LOST))[KEY].hops
    assert not path_is_certified(lost, allowed, "r0", "r1")


def test_what_a_probe_took_from_its_first_link_to_its_last_includes_the_routers_between():
    table = CableTable.of(draw(chain(100, 200), ()), Records.CROSSINGS)
    entered = record(entering(0), 1000, 0) + record(entering(1), 1120, 0)
    left = record(entering(0), 0, 1105, flags=LEFT) + record(entering(1), 0, 1323, flags=LEFT)
    probe = parse_truth(table, entered + left)[KEY]
    assert (probe.held_ns, probe.carried_ns) == (308, 323)
    assert parse_truth(table, entered)[KEY].carried_ns is None


@pytest.mark.parametrize("kind", Records)
def test_a_truth_file_is_read_back(tmp_path, kind):
    table = CableTable.of(draw(two_sides(), ["e1"]), kind)
    records = record(entering(DIRECT, "b"), 1, 2)
    file = tmp_path / "truth"
    file.write_bytes(table.to_header() + records)
    assert CableTable.from_header(table.to_header(), "x") == table
    assert read_truth(file) == parse_truth(table, records)


@pytest.mark.parametrize("content", [b"", b"{}\n", b"GIF89a\n", b'{"format": "other/9"}\n'])
def test_another_file_is_refused(tmp_path, content):
    file = tmp_path / "truth"
    file.write_bytes(content)
    with pytest.raises(InputError, match="not a truth file"):
        read_truth(file)
