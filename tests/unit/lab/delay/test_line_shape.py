"""What is asked of a line, whatever the backend."""

import pytest
from lab_topologies import two_sides

from netkit.errors import LabError
from netkit.lab.blueprint import draw
from netkit.lab.delay.file_shapes import file_shapes
from netkit.lab.delay.line_shape import LineShape


@pytest.mark.parametrize(
    ("loss", "run", "expected"),
    [
        (0, None, (0, 0)),
        (1, None, (1, 1)),
        (0.25, None, (0.25, 0.25)),
        (0.5, 4, (0.25, 0.75)),
    ],
)
def test_losses_without_memory_and_in_runs(loss, run, expected):
    assert LineShape(0, loss=loss, loss_run=run).losses() == pytest.approx(expected)


@pytest.mark.parametrize(("loss", "run"), [(-0.1, None), (1.1, None), (0.9, 2), (0.1, 0.5)])
def test_losses_that_cannot_be_are_refused(loss, run):
    with pytest.raises(LabError, match=f"loss {loss}"):
        LineShape(0, loss=loss, loss_run=run).losses()


def test_each_direction_has_its_own_delay():
    shapes = file_shapes(draw(two_sides(), ()).cables)
    assert [shape.delay_ns for shape in shapes[:2]] == [1_500_000, 1_700_000]
