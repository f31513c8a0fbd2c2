"""What is asked of a line, as the kernel is told."""

import pytest
from lab_topologies import chain, two_sides

from netkit.errors import LabError
from netkit.lab.blueprint import draw
from netkit.lab.delay.in_kernel.backend import line_shapes
from netkit.lab.delay.in_kernel.line import (
    FILLER_UNITS,
    MOST_HELD_NS,
    ONE,
    UNIT_NS,
    LineShape,
    filler_bytes,
    first_state,
)  # fmt: skip
from netkit.lab.delay.in_kernel.lines import htb_batch
from netkit.lab.kernel.router_setup import MOST_MTU
from netkit.model.units import NS_PER_S

MS = 1_000_000


def test_the_unit_divides_a_second_and_no_filler_is_too_long_for_the_kernel():
    assert NS_PER_S % UNIT_NS == 0
    assert filler_bytes(MOST_MTU) + FILLER_UNITS <= 16_064


@pytest.mark.parametrize(
    ("loss", "run", "expected"),
    [
        (0, None, (0, 0)),
        (1, None, (ONE, ONE)),
        (0.25, None, (ONE // 4, ONE // 4)),
        (0.5, 4, (ONE // 4, ONE * 3 // 4)),
    ],
)
def test_losses_without_memory_and_in_runs(loss, run, expected):
    assert LineShape(0, loss=loss, loss_run=run).losses() == expected


@pytest.mark.parametrize(("loss", "run"), [(-0.1, None), (1.1, None), (0.9, 2), (0.1, 0.5)])
def test_losses_that_cannot_be_are_refused(loss, run):
    with pytest.raises(LabError, match=f"loss {loss}"):
        LineShape(0, loss=loss, loss_run=run).losses()


def test_what_the_kernel_cannot_hold_is_refused_with_a_way_out():
    LineShape(MOST_HELD_NS).check("l1")
    LineShape(MOST_HELD_NS - MS, queue_ns=50 * MS).check("l1")
    for shape in (LineShape(MOST_HELD_NS, 1), LineShape(MOST_HELD_NS, 0, 10**9)):
        with pytest.raises(LabError, match=r"l1: delay, .* at most; the wire has no limit"):
            shape.check("l1")


def test_each_direction_has_its_own_delay():
    shapes = line_shapes(draw(two_sides(), ()).cables)
    assert [shape.delay_ns for shape in shapes[:2]] == [1_500_000, 1_700_000]


def test_every_end_gets_a_class_and_the_size_table_of_its_mtu():
    lines = htb_batch([2000, 9000]).splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("qdisc add dev w0 root handle 1: stab overhead -2032 htb")
    assert lines[9].startswith("qdisc add dev w3 root handle 1: stab overhead -9032 htb")
    assert line_shapes(draw(chain(3), ()).cables)[0] == LineShape(3_000)


def test_random_numbers_of_two_lines_differ_and_are_never_stuck():
    seeds = {first_state(end)[-8:] for end in range(1000)}
    assert len(seeds) == 1000
    assert bytes(8) not in seeds
