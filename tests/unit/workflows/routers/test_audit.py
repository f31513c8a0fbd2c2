"""What tells one plan from another is the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path as File

import pytest

from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.srv6.segment_list import Behavior, CandidatePath, Certificate, Path, Segment
from netkit.model.verdict import Verdict
from netkit.workflows.routers.audit import plan_digest

ELSEWHERE = """
import sys
sys.path.insert(0, sys.argv[1])
from test_audit import planned
from netkit.workflows.routers.audit import plan_digest
print(plan_digest(planned()))
"""
EARLIER = "f08b46472294fd7e55cd0b850871baa7dc5a87297555ff7d748650a2df160c00"
NAMES = frozenset({"hefei", "nanjing", "suzhou", "wuxi", "shanghai"})
ASKED = Constraints(exclude_nodes=NAMES, exclude_srlgs=NAMES, waypoints=("b", "a"))


def planned(asked: Constraints = ASKED) -> Plan:
    """A plan of one pair."""
    list_ = CandidatePath(
        (Segment(Behavior.END, "c"),),
        Path(("a", "b"), ("a~b",), 10, 5),
        Certificate(5, 5, 1, (("a~b", "a"),), ("a", "b")),
    )
    pair = PairPlan(Demand("a", "b", 9, constraints=asked), Verdict.PASS, 4.0, primary=list_)
    return Plan("net", "2023", (pair,))


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_plan_has_one_digest_in_all_processes(seed: str) -> None:
    """In each process sets of names are in another order: `netkit watch --apply` that was started
    again took its own plan for another, and audit trails told one plan by several digests."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, File(__file__).parent],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    assert done.stdout.strip() == plan_digest(planned())


def test_what_is_asked_for_is_in_the_digest() -> None:
    fewer = replace(ASKED, exclude_nodes=NAMES - {"wuxi"})
    turned = replace(ASKED, waypoints=("a", "b"))
    asked = (ASKED, fewer, turned, Constraints(), replace(ASKED, exclude_srlgs=frozenset()))
    assert len({plan_digest(planned(one)) for one in asked}) == len(asked)


def test_plans_keep_the_digest_that_earlier_releases_gave_them() -> None:
    one = Constraints(exclude_nodes=frozenset({"wuxi"}), max_hops=3)
    assert plan_digest(planned(one)) == f"sha256:{EARLIER}"
