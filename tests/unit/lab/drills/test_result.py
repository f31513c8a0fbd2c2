"""The drill's figures, and what counts as proof."""

from __future__ import annotations

import pytest

from netkit.lab.drills.result import DrillResult, Leg, Route


def drilled(routes, *, one_way=False, switched_s=3, held=None, repair_s=5.0):
    """One probe a second; cut at 1 s, detected and switched at 3 s, repaired by 5 s."""
    s = 1_000_000_000
    legs = tuple(
        Leg(i * s, i * s + (2 * s if i == held else s // 10), there, back)
        for i, (there, back) in enumerate(routes)
    )
    switched = None if switched_s is None else switched_s * s
    moments = (s, switched, switched, int(repair_s * s), 5 * s)
    return DrillResult("a", "b", ("x",), *moments, one_way, legs, None)


OK, BACK, LOST = [(route, route) for route in (Route.PRIMARY, Route.BACKUP, Route.LOST)]


def test_the_drill_counts_outage_and_proves_the_backup():
    result = drilled([OK, LOST, LOST, BACK, BACK, OK])
    assert result.lost == 2
    assert result.outage_ns == 2_000_000_000
    assert result.proven
    assert dict(result.phases())["outage"] == [Route.LOST] * 4


@pytest.mark.parametrize(
    "routes",
    [
        [OK, LOST, LOST, BACK, OK, OK],
        [OK, LOST, LOST, LOST, BACK, OK],
        [OK, LOST, LOST, BACK, BACK, BACK],
        [OK, LOST, LOST, (Route.UNCERTIFIED, Route.BACKUP), BACK, OK],
    ],
)
def test_one_probe_elsewhere_is_no_proof(routes):
    assert not drilled(routes).proven


def test_probes_that_a_change_met_on_their_way_prove_nothing_either_way():
    """A busy machine holds a probe for a second, or takes as long to put the primary back."""
    met = (Route.BACKUP, Route.PRIMARY)
    assert drilled([OK, LOST, LOST, BACK, met, OK], held=4).proven
    assert drilled([OK, LOST, LOST, BACK, met, OK], repair_s=4.05).proven
    assert not drilled([OK, LOST, LOST, BACK, met, OK]).proven


def test_a_direction_that_was_spared_may_stay():
    half = (Route.BACKUP, Route.PRIMARY)
    routes = [OK, LOST, LOST, half, half, OK]
    assert drilled(routes, one_way=True).proven
    assert not drilled(routes).proven


def test_an_outage_without_end_is_none():
    assert drilled([OK, LOST, LOST, LOST, LOST, LOST], switched_s=None).outage_ns is None
    assert drilled([OK] * 6).outage_ns is None
