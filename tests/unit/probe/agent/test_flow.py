"""What is fixed by the name of a flow: its session's number and its place in the interval."""

from __future__ import annotations

from random import Random

import numpy as np

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


def test_even_all_session_numbers_there_are_can_be_given():
    assert set(ssids(keys(MAX_SSID)).values()) == set(range(1, MAX_SSID + 1))


def test_starts_are_spread_evenly_over_the_interval():
    interval_ns = 60 * 10**9
    flows = [CampaignFlow(key.flow, key.src, key.dst, interval_ns) for key in keys(6000)]
    found = [start_offset_ns("mesh", 0, flow, 0, interval_ns) for flow in flows]
    counts = np.histogram(found, bins=60, range=(0, interval_ns))[0]
    assert counts.sum() == 6000
    assert counts.max() < 150  # 100 each; 5 σ is 50
    assert counts.min() > 50
