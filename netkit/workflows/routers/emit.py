"""``netkit emit``: one plan, written for one target or for several.

One target goes straight into its folder, several into a folder of their names each. Plans are made
once, and once more over the other kind of SID where ``all`` targets are asked for and some platform
takes only that. All refusals of all targets come before the first file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from netkit.emit.emitted import Emitted, RefusedTarget, TargetFiles
from netkit.emit.limits import CLASSIC_SIDS, USIDS
from netkit.emit.network import (
    DesiredNetwork,
    RouterFiles,
    desired_network,
    network_files,
    takes_kind,
    targets_of,
)
from netkit.emit.targets import ALL, TARGETS, dialect
from netkit.errors import InputError, Problem, did_you_mean
from netkit.interrupts import uninterrupted
from netkit.model.network.topology import Topology
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.progress import Steps, silent
from netkit.store.output_folder import OutputFolder, output_folder
from netkit.workflows.plan import make_plan
from netkit.workflows.routers.audit import origin


def emit(
    asked: DemandSet,
    options: PlanOptions,
    folder: Path,
    targets: Sequence[str] = (),
    tell: Steps = silent,
    *,
    sids_by_hand: bool = False,
    topology_digest: str | None = None,
) -> Emitted:
    """Plan what is asked and write the configurations: of each target all of them or none.

    Without ``targets`` each router has its platform's. ``all`` are those that take the plan: a
    platform that takes only the other kind of SID gets lists of that kind, and one that refuses
    those too is left out, its folder without what an earlier run left there. What is in the way in
    folders is told before the work; ``sids_by_hand`` is as
    :func:`~netkit.emit.network.network_files` takes it. The manifest of each folder tells the plan,
    and the topology by ``topology_digest``.

    Raises:
        InputError: as :func:`~netkit.workflows.plan.make_plan` and
            :func:`~netkit.store.output_folder.output_folder` do, and with the refusals of all
            named targets, or of ``all`` where none is left.
    """
    chosen = _chosen(asked.topology, targets)
    places = {one: folder / one if one and len(chosen) > 1 else folder for one in chosen}
    with _folders(asked.topology.name, places, chosen) as made:
        plans = _Plans(asked, options, tell)
        plans.of(usid=options.usid)
        ready, refused = _checked(plans, chosen, any_kind=ALL in targets, by_hand=sids_by_hand)
        if refused and (ALL not in targets or not ready):
            raise InputError(problem for one in refused for problem in one.problems)
        written = []
        for done, (target, (usid, routers)) in enumerate(ready.items()):
            tell("writing", done, len(ready))
            kept, files = _write(made[target], routers)
            plan, _ = plans.of(usid=usid)
            made[target].made_from = origin(plan, topology_digest)
            kind = None if usid == options.usid else USIDS if usid else CLASSIC_SIDS
            written.append(TargetFiles(target, places[target], plan, kind, files, kept))
        for one in made.values():
            one.seal()
    return Emitted(tuple(written), refused)


def _chosen(topology: Topology, targets: Sequence[str]) -> dict[str | None, dict[str, str]]:
    """The target of every router, for each target that is meant: each once, in the order named."""
    unknown = [one for one in dict.fromkeys(targets) if one not in (*TARGETS, ALL)]
    if unknown:
        raise InputError(map(_unknown, unknown))
    wanted: Sequence[str | None] = TARGETS if ALL in targets else targets or (None,)
    return {one: targets_of(topology, one) for one in dict.fromkeys(wanted)}


def _unknown(word: str) -> Problem:
    """A word that is no target; several in one are told apart."""
    several = [one.strip() for one in word.split(",")]
    if len(several) > 1 and set(several) <= {*TARGETS, ALL}:
        remedy: str | None = "Say it once for each: " + " ".join(
            f"--target {one}" for one in several
        )
    else:
        remedy = did_you_mean(word.lower(), (*TARGETS, ALL))
    expected = f"{' or '.join(TARGETS)}, or {ALL}"
    return Problem(None, None, "target", word, expected, remedy, "target")


@contextmanager
def _folders(
    of: str, places: Mapping[str | None, Path], chosen: Mapping[str | None, Mapping[str, str]]
) -> Iterator[dict[str | None, OutputFolder]]:
    """The folder of each target, its files claimed; raises with what is in the way in any."""
    made: dict[str | None, OutputFolder] = {}
    problems: list[Problem] = []
    with ExitStack() as stack:
        for target, place in places.items():
            names = [name for router, own in chosen[target].items() for name in _names(router, own)]
            try:
                own = output_folder(place, names, kind="configurations", of=of)
                made[target] = stack.enter_context(own)
            except InputError as error:
                problems.extend(error.problems)
        if problems:
            raise InputError(problems)
        yield made
        # Files for routers of one network belong together: Ctrl-C comes before them all, or after.
        uninterrupted(stack.close)


class _Plans:
    """The plan that is asked for, and that over the other kind of SID: each made when wanted."""

    def __init__(self, asked: DemandSet, options: PlanOptions, tell: Steps) -> None:
        self._asked = asked
        self._options = options
        self._tell = tell
        self._made: dict[bool, tuple[Plan, DesiredNetwork]] = {}

    @property
    def usid(self) -> bool:
        """Are uSIDs asked for?"""
        return self._options.usid

    def of(self, *, usid: bool) -> tuple[Plan, DesiredNetwork]:
        """The plan over that kind of SID, and the network that it asks for."""
        if usid not in self._made:
            what = "planning" if usid == self.usid else "planning once more"
            options = replace(self._options, usid=usid)
            plan = make_plan(self._asked, options, partial(self._tell, what))
            self._made[usid] = plan, desired_network(self._asked.topology, plan, usid=usid)
        return self._made[usid]


_Ready = dict[str | None, tuple[bool, Iterator[RouterFiles]]]


def _checked(
    plans: _Plans,
    chosen: Mapping[str | None, Mapping[str, str]],
    *,
    any_kind: bool,
    by_hand: bool,
) -> tuple[_Ready, tuple[RefusedTarget, ...]]:
    """For each target the kind of SID and the files to be rendered, or all that it refuses."""
    ready: _Ready = {}
    refused = []
    for target, own in chosen.items():
        usid = plans.usid
        try:
            if any_kind and not takes_kind(plans.of(usid=usid)[1], own):
                usid = not usid
            network = plans.of(usid=usid)[1]
            ready[target] = usid, network_files(network, own, sids_by_hand=by_hand)
        except InputError as error:
            refused.append(RefusedTarget(str(target), error.problems))
    return ready, tuple(refused)


def _write(
    made: OutputFolder, routers: Iterator[RouterFiles]
) -> tuple[tuple[RouterFiles, ...], tuple[Path, ...]]:
    kept, files = [], []
    for one in routers:
        kept.append(one)
        for suffix, text in one.files.items():
            made.write(f"{one.router}{suffix}", text)
            files.append(made.folder / f"{one.router}{suffix}")
    return tuple(kept), tuple(files)


def _names(router: str, target: str) -> Collection[str]:
    return tuple(f"{router}{suffix}" for suffix in dialect(target).suffixes)
