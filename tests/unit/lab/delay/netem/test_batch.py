"""What is asked of netem, as tc is told."""

import pytest
from lab_topologies import two_sides

from netkit.lab.blueprint import draw
from netkit.lab.delay.file_shapes import file_shapes
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.delay.netem.backend import asked_ns
from netkit.lab.delay.netem.batch import (
    carry_batch,
    cut_batch,
    mend_batch,
    netem_of,
    police_of,
    shape_batch,
)  # fmt: skip
from netkit.lab.truth.cuts import cuts_for

MS = 1_000_000


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (LineShape(5 * MS), "delay 5000.000us 0.000us"),
        (LineShape(5 * MS, 2 * MS), "delay 6000.000us 1000.000us rate 1000000000000bit"),
        (LineShape(0, rate_bps=10**6), "delay 0.000us 0.000us rate 1000000bit"),
        (LineShape(0, loss=0.25), "loss random 25.000000000%"),
        (LineShape(0, loss=0.5, loss_run=4), "loss gemodel 25.000000000% 25.000000000%"),
        (LineShape(0, loss=1, loss_run=4), "loss random 100.000000000%"),
        (LineShape(0, duplicate=0.1), "duplicate 10.000000000%"),
    ],
)
def test_a_shape_in_words(shape, words):
    assert words in netem_of(shape)


def test_frames_stay_in_order_where_their_delays_differ():
    steady = LineShape(5 * MS, rate_bps=10**11)
    assert "rate" not in netem_of(steady)
    assert netem_of(steady, changes=True).endswith("rate 100000000000bit")
    assert netem_of(LineShape(0), changes=True).endswith("rate 1000000000000bit")


def test_each_line_is_policed_where_frames_enter_and_held_where_they_leave():
    shapes = [LineShape(MS), LineShape(2 * MS, rate_bps=8_000_000, queue_ns=100 * MS)]
    lines = carry_batch(shapes, [2000]).splitlines()
    assert lines[0].startswith("qdisc add dev w1 root handle 1: netem")
    assert lines[2].endswith("action mirred egress redirect dev w1")
    assert lines[3].startswith("qdisc add dev w0 root handle 1: netem")
    assert lines[5].startswith("filter add dev w1 ingress pref 3 protocol all matchall")
    assert "rate 8000000bit burst 100000b" in lines[5]
    assert lines[6].endswith("action mirred egress redirect dev w0")


def test_a_policer_comes_and_goes_with_a_slow_rate():
    fast, slow = LineShape(MS, rate_bps=10**11), LineShape(MS, rate_bps=10**6)
    changes = [
        shape_batch(0, was, now, 2000).splitlines() for was in (fast, slow) for now in (fast, slow)
    ]
    assert [[line.partition(" dev")[0] for line in lines] for lines in changes] == [
        ["qdisc change"],
        ["filter add", "qdisc change"],
        ["filter del", "qdisc change"],
        ["filter del", "filter add", "qdisc change"],
    ]


@pytest.mark.parametrize(
    ("rate_bps", "mtu", "burst"), [(10**6, 1500, 6250), (64_000, 1500, 1518), (10**6, 9000, 9018)]
)
def test_a_queue_is_as_long_as_asked_where_the_longest_frame_of_the_cable_allows(
    rate_bps, mtu, burst
):
    (line,) = police_of(0, LineShape(MS, rate_bps=rate_bps), mtu)
    assert f"burst {burst}b mtu {mtu + 18}b overhead 14 " in line


@pytest.mark.parametrize(
    ("shape", "asked"),
    [
        (LineShape(MS), MS),
        (LineShape(MS, rate_bps=10**11, loss=0.1), MS),
        (LineShape(MS, 1), None),
        (LineShape(MS, rate_bps=10**9), None),
    ],
)
def test_what_netem_alone_knows_is_not_said(shape, asked):
    assert asked_ns(shape) == asked


CABLES = draw(two_sides(), ()).cables
SHAPES = file_shapes(CABLES)


def test_a_cut_with_netem_loses_what_enters_and_what_is_held():
    assert list(cut_batch(CABLES, SHAPES, [(0, None)], 1)) == [
        "filter add dev w0 ingress pref 1 protocol all matchall action drop\n",
        f"qdisc replace dev w1 root handle 3: {netem_of(SHAPES[0])}\n",
    ]
    assert list(mend_batch(CABLES, {(0, None)})) == ["filter del dev w0 ingress pref 1\n"]


def test_a_cut_inside_a_fabric_with_netem_drops_what_two_members_send_each_other():
    blueprint = draw(two_sides(), ())
    cuts = cuts_for(blueprint, ["ix:w2~e2"])
    legs = {cable.id: index for index, cable in enumerate(CABLES)}
    (w2, from_w2), (e2, from_e2) = ((n, CABLES[legs[f"ix:{n}"]].a.mac) for n in ("w2", "e2"))
    lines = list(cut_batch(CABLES, SHAPES, cuts, 1))
    for near, far, mac in ((w2, e2, from_e2), (e2, w2, from_w2)):
        enter, beyond = 2 * legs[f"ix:{near}"], 2 * legs[f"ix:{far}"] + 1
        to = f"filter add dev w{enter} ingress pref 2 protocol all flower dst_mac {mac} action drop"
        of = CABLES[enter // 2].a.mac
        fro = (
            f"filter add dev w{beyond} ingress pref 2 protocol all flower src_mac {of} action drop"
        )
        assert f"{to}\n" in lines
        assert f"{fro}\n" in lines
    assert len(lines) == 4
    assert len(list(mend_batch(CABLES, set(cuts)))) == 4
