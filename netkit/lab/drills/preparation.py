"""What is worked out before the first probe of a drill leaves: what goes, what is to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from netkit.errors import InputError, Problem, unknown_node
from netkit.lab.drills.expected import Expectation, expectation, failed
from netkit.lab.drills.grey import ailing_expectation, ailing_igp
from netkit.lab.drills.strike import Struck, struck_by
from netkit.model.drills.scenario import Scenario
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan, Plan
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.protection.phases import Phases

Ends = tuple[str, str]
"""A direction: the router whose customers send, and the one whose customers are sent to."""


@dataclass(frozen=True)
class Preparation:
    """Everything that is worked out before the first probe: what goes with each event, and what
    each direction is expected to show."""

    struck: tuple[Struck, ...]
    phases: Mapping[Struck, Phases]
    expected: Mapping[Struck, Mapping[Ends, Expectation]]


def prepare(topology: Topology, plan: Plan, scenario: Scenario) -> Preparation:
    """Resolve the events and certify every phase of every pair.

    Raises:
        InputError: names that the topology does not have, pairs without a list both ways.
    """
    struck = struck_by(topology, scenario.events, scenario.file, scenario.seed)
    pairs = both_ways(plan, scenario)
    igp = Igp.of(Network.of(topology))
    phases = {one: Phases(ailing_igp(igp, one), failed(igp, one)) for one in dict.fromkeys(struck)}
    repairs = scenario.reaction.repair_ms is not None
    expected = {
        one: {
            ends: ailing_expectation(own.igp, pair, one) if one.ailing
            else expectation(own, pair, repairs=repairs)
            for ends, pair in pairs.items()
        }
        for one, own in phases.items()
    }  # fmt: skip
    return Preparation(tuple(struck), phases, expected)


def require_nodes(scenario: Scenario, topology: Topology) -> None:
    """Raises InputError for every end of a pair that the topology does not have, with its line."""
    active = {node.name for node in topology.active_nodes}
    lines = scenario.pair_lines or (None,) * len(scenario.pairs)
    problems = {
        replace(
            unknown_node(topology.name, end, active, topology.node), file=scenario.file, line=line
        )
        for pair, line in zip(scenario.pairs, lines, strict=True)
        for end in pair
        if end not in active
    }
    if problems:
        raise InputError(sorted(problems, key=lambda one: (one.line or 0, one.value or "")))


def both_ways(plan: Plan, scenario: Scenario) -> dict[Ends, PairPlan]:
    """The answers of all pairs, there and back.

    Raises:
        InputError: those that have no list.
    """
    found, problems = {}, []
    lines = scenario.pair_lines or (None,) * len(scenario.pairs)
    for pair, line in zip(scenario.pairs, lines, strict=True):
        for ends in (pair, pair[::-1]):
            answer = plan.pair.get(ends)
            if answer is None or answer.primary is None:
                remedy = f"`netkit explain TOPOLOGY {ends[0]} {ends[1]}` says why"
                what = "no list keeps the tier of a pair"
                words = " to ".join(ends)
                problems.append(Problem(scenario.file, line, what, words, None, remedy))
            else:
                found[ends] = answer
    if problems:
        raise InputError(problems)
    return found


def sessions_of(scenario: Scenario) -> list[Ends]:
    """Who sends to whom: both ends of a pair by themselves, for where nothing arrives nothing is
    replied to, and an end that only replied would seem to lose nothing."""
    both = [ends for pair in scenario.pairs for ends in (pair, pair[::-1])]
    return [ends for ends in both for _ in range(scenario.flows)]
