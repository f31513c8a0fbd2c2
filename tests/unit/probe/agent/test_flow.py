"""What is fixed by the name of a flow: its session's number and its place in the interval."""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
import pytest

from netkit.errors import InputError
from netkit.model.measurement.campaign import CampaignFlow
from netkit.probe.agent.flow import MAX_SSID, FlowKey, ssids
from netkit.probe.sender.starts import start_offset_ns


def keys(count: int) -> list[FlowKey]:
    return [FlowKey("mesh", "a", f"peer{number}", "be") for number in range(count)]


def test_session_numbers_are_all_different_and_the_same_in_any_order():
    every = keys(5000)
    found = ssids(every)
    assert len(set(found.values())) == 5000
    assert all(1 <= ssid <= MAX_SSID for ssid in found.values())
    Random(1).shuffle(every)
    assert ssids(every) == found


LAST = FlowKey("mesh", "a", "z", "be")
"""One that shares a site with all the others, and comes to another."""


@pytest.fixture(scope="module")
def every():
    """As many flows of one site as there are numbers, each with its own."""
    return ssids([*keys(MAX_SSID - 1), LAST])


def test_even_all_session_numbers_there_are_can_be_given(every):
    assert set(every.values()) == set(range(1, MAX_SSID + 1))


def test_peers_behind_one_address_have_different_numbers_at_the_site_that_answers_them():
    """Of 2,000 senders of one site many have the same hash: 16 bits hold 300 without, by chance."""
    sites = [f"site{number}" for number in range(60)]
    many = [FlowKey("c", f"peer{number}", "a", "be") for number in range(2000)]
    mesh = [FlowKey("mesh", one, other, "be") for one in sites for other in sites if one != other]
    alone = {key: ssids([key])[key] for key in many}
    assert len(set(alone.values())) < len(many), "else this shows nothing"
    found = ssids([*many, *mesh])
    for role in ("src", "dst"):
        of_site = Counter((getattr(key, role), ssid) for key, ssid in found.items())
        assert set(of_site.values()) == {1}
    kept = sum(found[key] == alone[key] for key in many)
    assert kept > 1900, "who is not in the way of another keeps the number"


def test_a_flow_that_no_number_is_left_for_is_refused(every):
    one = FlowKey("a", "b", "z", "be")
    assert len(every) == MAX_SSID
    number = every[LAST]
    taking = next(
        key for key in (one._replace(flow=f"f{at}") for at in range(10**6))
        if ssids([key])[key] == number
    )  # fmt: skip
    with pytest.raises(InputError, match="no session number") as refused:
        ssids([*every, taking])
    assert "flows that leave a or come to z" in str(refused.value)


def test_starts_are_spread_evenly_over_the_interval():
    interval_ns = 60 * 10**9
    flows = [CampaignFlow(key.flow, key.src, key.dst, interval_ns) for key in keys(6000)]
    found = [start_offset_ns("mesh", 0, flow, 0, interval_ns) for flow in flows]
    counts = np.histogram(found, bins=60, range=(0, interval_ns))[0]
    assert counts.sum() == 6000
    assert counts.max() < 150  # 100 each; 5 σ is 50
    assert counts.min() > 50
