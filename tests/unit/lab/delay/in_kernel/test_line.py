"""What is asked of a line, as the kernel is told."""

import pytest
from lab_topologies import chain

from netkit.errors import LabError
from netkit.lab.blueprint import draw
from netkit.lab.delay.in_kernel.backend import held_shapes
from netkit.lab.delay.in_kernel.line import (
    FILLER_UNITS,
    MOST_HELD_NS,
    UNIT_NS,
    filler_bytes,
    first_state,
    require_held,
)  # fmt: skip
from netkit.lab.delay.in_kernel.lines import htb_batch
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.kernel.router_setup import MOST_MTU
from netkit.model.units import NS_PER_S

MS = 1_000_000


def test_the_unit_divides_a_second_and_no_filler_is_too_long_for_the_kernel():
    assert NS_PER_S % UNIT_NS == 0
    assert filler_bytes(MOST_MTU) + FILLER_UNITS <= 16_064


def test_what_the_kernel_cannot_hold_is_refused_with_a_way_out():
    require_held(LineShape(MOST_HELD_NS), "l1")
    require_held(LineShape(MOST_HELD_NS - MS, queue_ns=50 * MS), "l1")
    for shape in (LineShape(MOST_HELD_NS, 1), LineShape(MOST_HELD_NS, 0, 10**9)):
        with pytest.raises(LabError, match=r"l1: delay, .* at most; the others have no limit"):
            require_held(shape, "l1")


def test_every_end_gets_a_class_and_the_size_table_of_its_mtu():
    lines = htb_batch([2000, 9000]).splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("qdisc add dev w0 root handle 1: stab overhead -2032 htb")
    assert lines[9].startswith("qdisc add dev w3 root handle 1: stab overhead -9032 htb")
    assert held_shapes(draw(chain(3), ()).cables)[0] == LineShape(3_000)


def test_random_numbers_of_two_lines_differ_and_are_never_stuck():
    seeds = {first_state(end)[-8:] for end in range(1000)}
    assert len(seeds) == 1000
    assert bytes(8) not in seeds
