"""Advice about several demands between the same ends: what is certified is what is rescued."""

from goldens import ROOT

from netkit.api import AdviceOptions, Demand, advise, load_topology
from netkit.planner.augment import advise as module

ENDS = ("shanghai-ct", "shanghai-cm")


def test_lists_are_planned_for_the_demands_that_are_to_be_helped(monkeypatch):
    """The wider bound is kept as it is: lists that keep it certify nothing of the other."""
    planned = []
    whole = module._plan

    def spied(topology, demands, *rest):
        planned.append([one.bound_us for one in demands])
        return whole(topology, demands, *rest)

    monkeypatch.setattr(module, "_plan", spied)
    backbone = load_topology(ROOT / "topologies" / "lab-two-operators.yaml")
    demands = [Demand(*ENDS, 1_000), Demand(*ENDS, 20_000)]
    advice = advise(backbone, demands, AdviceOptions())
    assert [change.before.value for change in advice.changes] == ["breach", "pass"]
    first, *checked = planned
    assert first == [1_000, 20_000]
    assert checked
    assert all(bounds == [1_000] for bounds in checked)
    assert {one.rescued for one in advice.ranking} == {(ENDS,)}
