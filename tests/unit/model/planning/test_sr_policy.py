"""Preferences and colors of policies: in what platforms take, and never two alike."""

from __future__ import annotations

from dataclasses import replace

import pytest
from goldens import ROOT

from netkit.api import load_topology, plan
from netkit.model.planning.demand import Demand
from netkit.model.planning.sr_policy import (
    LAST_BOUND_COLOR,
    MOST_ALTERNATIVES,
    PolicyRole,
    binding_color,
    color_of,
    policy_paths,
)
from netkit.model.srv6.segment_list import Behavior, Segment


def with_alternatives(count: int):
    """A planned pair with so many alternatives, each a list of its own."""
    topology = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    (pair,) = plan(topology, [("xidan", "haidian")]).pairs
    alternatives = tuple(
        replace(pair.primary, segments=(Segment(Behavior.END, f"n{number}"),))
        for number in range(count)
    )
    return replace(pair, alternatives=alternatives)


@pytest.mark.parametrize("count", [0, 1, 98, 99, 100, 101, 300])
def test_preferences_are_above_zero_and_unique(count: int) -> None:
    paths = policy_paths(with_alternatives(count))
    preferences = [path.preference for path in paths]
    assert preferences == sorted(set(preferences), reverse=True)
    assert preferences[-1] >= 1
    alternatives = [path for path in paths if path.role is PolicyRole.ALTERNATIVE]
    assert len(alternatives) == min(count, MOST_ALTERNATIVES)


def test_an_alternative_keeps_its_preference_whichever_others_are_known() -> None:
    pair = with_alternatives(3)
    known = replace(pair, alternatives=(pair.primary, *pair.alternatives[1:]))
    assert [path.preference for path in policy_paths(pair)][-2:] == [98, 97]
    assert [path.preference for path in policy_paths(known)][-2:] == [98, 97]


def test_colors_of_demands_and_of_binding_sids_never_meet() -> None:
    assert color_of(Demand("a", "b", 5_000)) == 5_000
    assert color_of(Demand("a", "b", 5_000, color=9)) == 9
    assert color_of(Demand("a", "b", 0)) == 1
    assert binding_color(0) == LAST_BOUND_COLOR + 1
    assert binding_color(0xFFF) < 2**32
