"""A file of one kind where another is read: that is the one thing to say of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from netkit.errors import InputError
from netkit.files.alarm_rules import read_alarm_rules
from netkit.files.campaigns.campaign import read_campaign
from netkit.files.drills.scenario import read_scenario
from netkit.files.tier_profiles import read_profile


@pytest.mark.parametrize("read", [read_scenario, read_campaign, read_profile, read_alarm_rules])
def test_a_topology_in_the_place_of_another_file_is_told_as_such_and_of_nothing_else(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("netkit: topology/1\nname: x\nnodes: [{name: a}]\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(path)
    (problem, *rest) = caught.value.problems
    assert (problem.line, problem.what) == (1, "the file is of another format")
    assert problem.value == "'topology/1'"
    assert rest == []
