"""What to build so that more pairs keep their bounds: candidates ranked, the best set, the proof.

Which pairs a candidate rescues is decided by least delays; then the planner itself says, on the
topology with what is built, for which of them there is a certified list.

The ranking and the best set are exact for delays; certified lists are what the planner finds on the
built network, and are said beside them, not mixed in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from scipy.sparse import csr_array

from netkit.model.network.topology import Topology
from netkit.model.planning.addition import Addition, AdditionKind, extended
from netkit.model.planning.augmentation import Advice, BestSet, BuildRule, Change, Ranked
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import scope_of
from netkit.model.progress import Progress, Steps, silent
from netkit.model.verdict import Verdict
from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.augment.candidates import EVERYTHING, additions
from netkit.planner.augment.maximum_coverage import Choice, best_set
from netkit.planner.augment.rescued_pairs import Asked, Shortcuts
from netkit.planner.network.network import Network
from netkit.planner.network.shortest_paths import least_delays
from netkit.planner.plan import plan_demands
from netkit.planner.replan.replanner import Replanner


@dataclass(frozen=True, slots=True)
class AdviceOptions:
    """``k`` candidates of ``kinds`` at most make the set, with ``budget_km`` of fibre in all.

    For the first ``checked`` links and the first ``checked`` sites of the ranking lists are planned
    and replayed. ``max_sids`` bounds every list.
    """

    kinds: Collection[AdditionKind] = EVERYTHING
    rule: BuildRule = field(default_factory=BuildRule)
    k: int = 3
    budget_km: float | None = None
    max_sids: int | None = None
    checked: int = 10


def advise(
    topology: Topology,
    demands: Sequence[Demand],
    options: AdviceOptions | None = None,
    *,
    profile: str = "",
    progress: Steps = silent,
) -> Advice:
    """Rank what could be built by the pairs of ``demands`` it rescues, and choose the best set.

    Raises :class:`~netkit.errors.InputError` for demands that the planner refuses. O(a p) for the
    ranking, with a arcs that could be built and p pairs outside their bounds; two plans of all
    demands, and one for each candidate that is checked.
    """
    asked = options or AdviceOptions()
    before = _plan(topology, demands, asked, partial(progress, "planning the network as it is"))
    network = Network.of(topology)
    best_us = least_delays(network)
    outside = _Outside.of(network, before, best_us)
    open_ = [demands[i] for i in outside.open_]
    found = _Found.among(network, topology, open_, asked, best_us, progress)
    built = extended(topology, found.chosen)
    progress("planning with the best set", 0, 1)
    after = Replanner(topology, before, _options(asked)).planned_on(built, demands)
    changes = _changes(network, best_us, before, built, after, found.chosen)
    together = sum(_inside(changes[i]) for i in outside.open_)
    choice = found.choice
    return Advice(
        topology=topology,
        profile=profile,
        rule=asked.rule,
        considered=found.considered,
        ranking=tuple(_checked(topology, open_, asked, found.ranking, progress)),
        best=BestSet(found.chosen, choice.method, choice.covered, choice.at_most, together),
        changes=changes,
        beyond_light=outside.beyond_light,
        not_for_delay=outside.not_for_delay,
        out_of_reach=found.out_of_reach,
        built=built,
        after=after,
    )


def _plan(
    topology: Topology,
    demands: Sequence[Demand],
    options: AdviceOptions,
    progress: Progress | None = None,
) -> Plan:
    return plan_demands(topology, demands, _options(options), progress=progress)


def _options(asked: AdviceOptions) -> PlanOptions:
    return PlanOptions(max_sids=asked.max_sids, backups=False)


@dataclass(frozen=True, slots=True)
class _Outside:
    """Pairs outside their bounds: ``open_`` are those that something built could help."""

    open_: IntArray
    beyond_light: int
    not_for_delay: int

    @classmethod
    def of(cls, network: Network, plan: Plan, best_us: FloatArray) -> _Outside:
        demands = [pair.demand for pair in plan.pairs]
        asked = Asked.of(network, demands)
        floor_us = np.array([pair.floor_us or 0.0 for pair in plan.pairs], dtype=np.float64)
        outside = np.array([pair.verdict is not Verdict.PASS for pair in plan.pairs], np.bool_)
        hopeless: BoolArray = outside & (floor_us > asked.bound_us)
        quick: BoolArray = best_us[asked.src, asked.dst] <= asked.bound_us
        open_ = np.flatnonzero(outside & ~hopeless & ~quick)
        return cls(open_, int(hopeless.sum()), int((outside & ~hopeless & quick).sum()))


_Rescuer = tuple[Ranked, tuple[int, ...]]
"""What could be built, and the numbers of the demands that it rescues."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What could be built, and the set that is best; ``chosen`` in order of the ranking."""

    considered: int
    ranking: tuple[_Rescuer, ...]
    choice: Choice
    chosen: tuple[Addition, ...]
    out_of_reach: int

    @classmethod
    def among(
        cls,
        network: Network,
        topology: Topology,
        demands: Sequence[Demand],
        options: AdviceOptions,
        best_us: FloatArray,
        tell: Steps,
    ) -> _Found:
        """Of all candidates, for ``demands`` that something built could help."""
        tell("weighing what could be built", 0, 1)
        candidates = additions(topology, options.rule, options.kinds)
        shortcuts = Shortcuts.of(network, topology, candidates)
        rescues = shortcuts.rescues(best_us, Asked.of(network, demands))
        ranking = _ranked(candidates, [_ends(demand) for demand in demands], rescues)
        tell("choosing the best set", 0, 1)
        fibre = np.array([one.km or 0.0 for one in candidates], dtype=np.float64)
        choice = best_set(rescues, fibre, options.k, options.budget_km)
        order = {entry.addition.name: place for place, (entry, _) in enumerate(ranking)}
        chosen = sorted((candidates[i] for i in choice.chosen), key=lambda one: order[one.name])
        beyond = len(demands) - len(np.unique(rescues.indices))
        return cls(len(candidates), tuple(ranking), choice, tuple(chosen), beyond)


def _ends(demand: Demand) -> tuple[str, str]:
    return demand.src, demand.dst


def _ranked(
    candidates: Sequence[Addition], pairs: Sequence[tuple[str, str]], rescues: csr_array
) -> list[_Rescuer]:
    """Those that rescue a pair: links, then sites; most worth, then most pairs, then as found."""
    found = []
    for number, candidate in enumerate(candidates):
        start, end = rescues.indptr[number : number + 2]
        if end > start:
            numbers = tuple(map(int, sorted(rescues.indices[start:end])))
            found.append((Ranked(candidate, tuple(pairs[i] for i in numbers)), numbers))
    return sorted(found, key=lambda one: (one[0].addition.km is None, -one[0].worth, -len(one[1])))


def _checked(
    topology: Topology,
    demands: Sequence[Demand],
    options: AdviceOptions,
    ranking: Sequence[_Rescuer],
    tell: Steps,
) -> Iterator[Ranked]:
    """The ranking, the first of each part with the pairs that have a list once it is built."""
    seen = {True: 0, False: 0}
    for number, (entry, rescued) in enumerate(ranking):
        site = entry.addition.km is None
        seen[site] += 1
        if seen[site] > options.checked:
            yield entry
            continue
        tell("certifying what ranks first", number, len(ranking))
        wanted = [demands[i] for i in rescued]
        plan = _plan(extended(topology, (entry.addition,)), wanted, options)
        passed = sum(pair.verdict is Verdict.PASS for pair in plan.pairs)
        yield replace(entry, certified=passed)


def _changes(
    network: Network,
    best_us: FloatArray,
    before: Plan,
    built: Topology,
    after: Plan,
    chosen: Sequence[Addition],
) -> tuple[Change, ...]:
    """Every pair before and after, in the order of the demands."""
    new = Network.of(built)
    new_us = least_delays(new)
    names = {id_: one.name for one in chosen for id_ in one.ids}
    found = []
    for old, now in zip(before.pairs, after.pairs, strict=True):
        src, dst = old.demand.src, old.demand.dst
        found.append(
            Change(
                old.demand,
                scope_of(built.node[src], built.node[dst]),
                old.verdict,
                now.verdict,
                _whole(best_us[network.index[src], network.index[dst]]),
                _whole(new_us[new.index[src], new.index[dst]]),
                *_list_of(now, built, names),
            )
        )
    return tuple(found)


def _list_of(
    pair: PairPlan, built: Topology, names: dict[str, str]
) -> tuple[int | None, int | None, tuple[str, ...]]:
    """What the list guarantees, its SIDs, and what it uses of what is built."""
    if pair.primary is None:
        return None, None, ()
    path = pair.primary.path
    crossed = [built.link[link].fabric or link for link in path.links]
    used = dict.fromkeys(names[thing] for thing in (*crossed, *path.nodes) if thing in names)
    return pair.primary.certificate.guaranteed_us, pair.primary.sid_count, tuple(used)


def _whole(delay_us: float) -> int | None:
    return int(delay_us) if np.isfinite(delay_us) else None


def _inside(change: Change) -> bool:
    return change.after_us is not None and change.after_us <= change.demand.bound_us
