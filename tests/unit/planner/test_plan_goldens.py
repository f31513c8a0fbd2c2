"""The plans of the shipped topologies, pair by pair: a change of any list is seen and meant."""

from itertools import permutations

import pytest
from goldens import ROOT, check_golden

from netkit.files.native.topology import load_topology
from netkit.model.network.elements import Role
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import PROFILES, tier_demands
from netkit.model.units import us_to_ms
from netkit.planner.plan import plan_demands
from netkit.report.words.backups import backup_text
from netkit.report.words.reasons import reason_text

TOPOLOGIES = ROOT / "topologies"


@pytest.mark.parametrize("file", sorted(TOPOLOGIES.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_plan_of_a_shipped_topology(file):
    topology = load_topology(file)
    ends = topology.active_nodes
    many = len(ends) > 40
    if many:
        clusters = [node for node in ends if node.role is Role.CLUSTER]
        ends = [node for node in clusters if node.operator == clusters[0].operator]
    pairs = permutations([node.name for node in ends], 2)
    demands = tier_demands(topology, pairs, PROFILES["2023"])
    plan = plan_demands(topology, demands, PlanOptions(joint=not many))
    check_golden(f"plan/{file.stem}.txt", "".join(map(told, plan.pairs)))


def told(pair):
    """One pair in a few lines."""
    demand, lines = pair.demand, [pair.verdict.value]
    for name, candidate in (("primary", pair.primary), ("backup", pair.backup)):
        if candidate is not None:
            lines.append(f"{name} {us_to_ms(candidate.certificate.guaranteed_us):.3f} ms")
            lines += [
                f"  {s.kind.value} {s.node} {s.link or ''}".rstrip() for s in candidate.segments
            ]
    if pair.reason is not None:
        lines.append(reason_text(pair.reason.evidence))
    if pair.backup_reason is not None:
        lines.append(backup_text(pair.backup_reason))
    return f"{demand.src} -> {demand.dst}: " + "\n    ".join(lines) + "\n"
