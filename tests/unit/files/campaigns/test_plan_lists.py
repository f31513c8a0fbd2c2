"""The bounds of a plan.json that a campaign names: JSON has numbers of any size, and more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from netkit import api
from netkit.errors import InputError
from netkit.files.campaigns.plan_lists import read_plan_lists
from netkit.model.planning.demand import MOST_BOUND_US
from netkit.report.documents.plan import plan_to_json

REGION = api.load_topology("topologies/lab-region.yaml")


@pytest.mark.parametrize(
    "bound_ms", ["Infinity", "NaN", "-1", "1e308", "1" + 400 * "0", "true"], ids=str.__len__
)
def test_a_bound_out_of_range_is_told_with_its_pair(tmp_path: Path, bound_ms: str) -> None:
    plan = api.plan(REGION, [("qingpu-dc", "wuhu-dc")])
    document: dict[str, Any] = dict(plan_to_json(plan, REGION))
    document["pairs"][0]["bound_ms"] = "HERE"
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document).replace('"HERE"', bound_ms), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_plan_lists(path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.what) == (str(path), "bound_ms of qingpu-dc to wuhu-dc")


def test_a_name_with_a_line_break_writes_no_line_of_its_own(tmp_path: Path) -> None:
    plan = api.plan(REGION, [("qingpu-dc", "wuhu-dc")])
    document: dict[str, Any] = dict(plan_to_json(plan, REGION))
    document["pairs"][0].update(src="a\nb", bound_ms=-1)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match=r"bound_ms of a\\nb to wuhu-dc: -1; expected 0 to"):
        read_plan_lists(path)


def test_the_longest_bound_is_read_again(tmp_path: Path) -> None:
    plan = api.plan(REGION, [api.Demand("qingpu-dc", "wuhu-dc", MOST_BOUND_US)])
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_to_json(plan, REGION)), encoding="utf-8")
    assert ("qingpu-dc", "wuhu-dc", "primary", MOST_BOUND_US) in read_plan_lists(path).bounded
