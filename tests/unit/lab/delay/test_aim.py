"""Calibration goes through routers with two cables or legs, or back over a single one."""

from lab_topologies import chain, two_sides

from netkit.lab.blueprint import draw
from netkit.lab.delay.calibration import aim


def test_through_routers_that_have_two_cables():
    blueprint = draw(chain(100, 100), ())
    (shot,) = aim(blueprint, 8)
    assert shot.end == 0  # enters at r0's end of l0, leaves it at r1
    assert blueprint.cables[0].b.mac.replace(":", "") == shot.frame[:6].hex()


def test_a_leg_counts_as_a_cable():
    shots = aim(draw(two_sides(), ()), 8)
    assert len(shots) == 4, "w1, w2, e1 and e2 have two each, x has one"


def test_where_no_router_has_two_it_goes_back_over_the_one():
    blueprint = draw(chain(100), ())
    assert [shot.end for shot in aim(blueprint, 8)] == [1, 0]


def test_without_cables_there_is_nothing_to_aim_at():
    assert aim(draw(chain(), ()), 8) == []
