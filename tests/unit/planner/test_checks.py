"""Numbers that no plan can be made with are told before any work, all at once."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from netkit import api
from netkit.errors import InputError
from netkit.model.planning.demand import MOST_BOUND_US, Constraints, Demand
from netkit.model.planning.tier import PROFILES, Scope, Tier, TierProfile

REGION = api.load_topology("topologies/lab-region.yaml")
ENDS = ("qingpu-dc", "wuhu-dc")
HUGE = pytest.param(10**5000, id="huge")
"""Of more digits than Python writes."""
PLANNED = api.plan(REGION, [Demand(*ENDS, 5_000)])


@pytest.mark.parametrize(
    "bound_us", [MOST_BOUND_US + 1, 1 << 63, 10**30, 10**400, math.inf, math.nan]
)
def test_a_bound_beyond_64_bits_is_told(bound_us: int) -> None:
    """It ended in a TypeError of numpy, deep in a search."""
    demand = Demand(*ENDS, bound_us)
    said = rf"^demands: bound in µs: .+; expected at most {MOST_BOUND_US}$"
    with pytest.raises(InputError, match=said):
        api.plan(REGION, [demand])
    with pytest.raises(InputError, match=said):
        api.advise(REGION, [demand])
    with pytest.raises(InputError, match=said):
        api.detours(REGION, [demand])
    (pair,) = PLANNED.pairs
    with pytest.raises(InputError, match=said):
        api.replan(replace(PLANNED, pairs=(replace(pair, demand=demand),)), REGION, REGION)


def test_a_tier_of_a_program_is_told_too() -> None:
    shipped = PROFILES["2023"]
    own = TierProfile("own", "own", type(shipped.tiers)(dict.fromkeys(Scope, Tier("t", 10**30))))
    with pytest.raises(InputError, match="bound in µs"):
        api.plan(REGION, [ENDS], profile=own)


@pytest.mark.parametrize("bound_us", [(1 << 53) + 1, MOST_BOUND_US])
def test_the_longest_bound_is_as_good_as_none(bound_us: int) -> None:
    (pair,) = api.plan(REGION, [Demand(*ENDS, bound_us)]).pairs
    assert pair.primary is not None
    assert pair.primary.segments == ()


@pytest.mark.parametrize("loss_ppb", [-1, 10**9, 10**400])
def test_a_share_of_packets_is_none_or_less_than_all(loss_ppb: int) -> None:
    demand = Demand(*ENDS, 5_000, constraints=Constraints(max_loss_ppb=loss_ppb))
    with pytest.raises(InputError, match=r"most loss in parts per billion: .+ 0 to 999999999"):
        api.plan(REGION, [demand])


@pytest.mark.parametrize("limit", ["max_hops", "max_jitter_us", "max_loss_ppb"])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, -1, 10**30, HUGE])
def test_a_limit_is_a_number_that_there_is(limit: str, number: int) -> None:
    """NaN was an IndexError deep in a search; of 5,000 digits Python writes none."""
    demand = Demand(*ENDS, 5_000, constraints=Constraints(**{limit: number}))
    with pytest.raises(InputError, match=r"^demands: most ") as caught:
        api.plan(REGION, [demand])
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("number", [-math.inf, -(10**30), HUGE])
def test_a_bound_below_64_bits_is_told(number: int) -> None:
    with pytest.raises(InputError, match=r"^demands: bound in µs: ") as caught:
        api.plan(REGION, [Demand(*ENDS, number)])
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("bandwidth_bps", [math.nan, math.inf, 0, -1])
def test_a_bandwidth_is_above_0_and_ends(bandwidth_bps: int) -> None:
    with pytest.raises(InputError, match=r"^demands: bandwidth in bit/s: "):
        api.plan(REGION, [Demand(*ENDS, 5_000, bandwidth_bps=bandwidth_bps)])


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = Demand("nowhere", "wuhu-dc", 10**30, bandwidth_bps=0, priority=9, color=0)
    with pytest.raises(InputError) as caught:
        api.plan(REGION, [wrong, Demand("suzhou", "suzhou", 5_000)])
    assert {one.what for one in caught.value.problems} == {
        "unknown node", "bound in µs", "bandwidth in bit/s", "priority", "color",
        "source and destination are the same node",
    }  # fmt: skip


@pytest.mark.parametrize("bound_ms", [-1, 10**400, HUGE, math.inf, math.nan])
def test_a_bound_of_certified_delays_is_told(bound_ms: float) -> None:
    with pytest.raises(InputError, match=r"bound_ms: .+ milliseconds"):
        api.certify([], REGION, bound_ms=bound_ms)
