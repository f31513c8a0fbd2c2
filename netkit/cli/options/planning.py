"""What ``plan``, ``explain``, ``emit`` and ``survive`` share: how to search, and the request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, NoReturn

import typer

from netkit.cli.common import end
from netkit.cli.grammar import completion
from netkit.cli.grammar.loudness import note
from netkit.cli.options.constraints import ConstraintOptions
from netkit.cli.options.groups import OptionGroup
from netkit.cli.options.pairs import BoundOptions, LoadOptions, PairOptions
from netkit.errors import ExitCode, InputError, chosen, counted

if TYPE_CHECKING:
    from netkit.errors import Problem
    from netkit.files.old_plans.old_plan import OldPlan
    from netkit.model.network.topology import Topology
    from netkit.model.planning.plan import PairPlan
    from netkit.model.planning.plan_options import PlanOptions
    from netkit.model.planning.plan_request import PlanRequest
    from netkit.model.srv6.segment_list import Stitch

WarnMarginOption = Annotated[
    float | None,
    typer.Option(
        "--warn-margin",
        metavar="PERCENT",
        min=0,
        max=100,
        help="Exit code 1 where a pair has less than so much of its bound left; off by default.",
    ),
]
FromOption = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="OLD.json",
        help="A plan.json of `netkit plan`: only what a change since then can alter is planned; "
        "the answer is the same as without.",
    ),
]


@dataclass(frozen=True, slots=True)
class SearchOptions(OptionGroup):
    """How the planner searches; see :class:`~netkit.model.planning.plan_options.PlanOptions`."""

    PANEL: ClassVar[str] = "Search"

    max_sids: Annotated[
        int | None, typer.Option(min=1, help="Longest list, the service SID counted.")
    ] = None
    protect: Annotated[
        bool,
        typer.Option(
            "--protect/--no-protect",
            help="Where the shortest list has no backup, take two that have.",
        ),
    ] = False
    backups: Annotated[bool, typer.Option(help="Look for disjoint backups.")] = True
    algorithms: Annotated[
        str | None,
        typer.Option(
            metavar="A,…|all",
            help="Flex-Algos whose SIDs lists may use beside algorithm 0: `128,129`, or `all`.",
        ),
    ] = None
    alternatives: Annotated[
        int, typer.Option(min=0, max=100, help="So many best paths, each with a list of its own.")
    ] = 0
    binding_sids: Annotated[
        bool, typer.Option(help="Cut lists that fit no platform by binding SIDs.")
    ] = False
    stitch: Annotated[
        str,
        typer.Option(
            metavar="border|binding",
            autocompletion=completion.among("border", "binding"),
            help="Steer in the next operator by its segments, or by one binding SID at its border.",
        ),
    ] = "border"

    usid: Annotated[
        bool, typer.Option("--usid", help="Push lists as uSID containers, as few as there can be.")
    ] = False

    @property
    def _stitch(self) -> Stitch:
        from netkit.model.srv6.segment_list import Stitch

        return chosen(Stitch, self.stitch, "stitch")

    def options(self, load: LoadOptions) -> PlanOptions:
        """All of this, and of ``load``, as the planner takes it."""
        from netkit.model.planning.plan_options import PlanOptions

        return PlanOptions(
            max_sids=self.max_sids,
            protect=self.protect,
            backups=self.backups,
            algorithms=_algorithms(self.algorithms),
            reserve_backups=load.reserve_backups,
            alternatives=self.alternatives,
            binding_sids=self.binding_sids,
            stitch=self._stitch,
            share=load.share,
            repack=load.repack,
            usid=self.usid,
        )


@dataclass(frozen=True, slots=True)
class PlanRequestOptions(OptionGroup):
    """Everything that decides a plan beside the network."""

    PANEL: ClassVar[str] = ""

    pairs: PairOptions = field(default_factory=PairOptions)
    bounds: BoundOptions = field(default_factory=BoundOptions)
    load: LoadOptions = field(default_factory=LoadOptions)
    constraints: ConstraintOptions = field(default_factory=ConstraintOptions)
    search: SearchOptions = field(default_factory=SearchOptions)

    @property
    def request(self) -> PlanRequest:
        """The same as one value of the model; no topology is read for it."""
        from netkit.model.planning.plan_request import PlanRequest

        constraints, wanted, bounds, load = (
            self.constraints.asked, self.pairs.wanted, self.bounds, self.load,
        )  # fmt: skip
        request = PlanRequest(
            wanted, bounds.tiers, bounds.bound_us, bounds.name, constraints, load.bandwidth_bps,
            load.reserve, self.search.options(load),
        )  # fmt: skip
        load.tell_unreserved(wanted)
        return request


def pair_request(pairs: PairOptions, bounds: BoundOptions) -> PlanRequest:
    """The same of commands that reserve nothing and constrain nothing."""
    from netkit.model.planning.plan_request import PlanRequest

    wanted = pairs.wanted
    return PlanRequest(wanted, bounds.tiers, bounds.bound_us, bounds.name, reserve=False)


def old_plan(file: Path | None, now: Topology) -> OldPlan | None:
    """The plan to go on from, if any, for a plan on the topology ``now``.

    Raises InputError for a file that says nothing of what its plan was made from.
    """
    if file is None:
        return None
    from netkit.files.old_plans.old_plan import read_old_plan

    return read_old_plan(file, now)


def tell_afresh(problem: Problem) -> None:
    """Say that nothing of the old plan is of use, and why."""
    note(str(problem))


def end_plan(pairs: Sequence[PairPlan], warn_margin: float | None = None) -> NoReturn:
    """Breach if some pair cannot keep its tier; degraded if some has less than its margin left."""
    from netkit.model.verdict import Verdict

    broken = sum(pair.verdict is not Verdict.PASS for pair in pairs)
    if broken:
        end(
            ExitCode.BREACH,
            f"no list that keeps the tier: {broken} of {counted(len(pairs), 'pair')}",
        )
    thin = sum(
        warn_margin is not None
        and pair.margin_us is not None
        and pair.margin_us < pair.demand.bound_us * warn_margin / 100
        for pair in pairs
    )
    code = ExitCode.DEGRADED if thin else ExitCode.OK
    end(
        code,
        f"less than {warn_margin:g} % of the bound left: {thin} of {counted(len(pairs), 'pair')}"
        if thin
        else "",
    )


def _algorithms(text: str | None) -> tuple[int, ...] | None:
    """``all``, or numbers; which of them the topology defines the planner knows."""
    if text is None:
        return ()
    if text == "all":
        return None
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() and len(word) <= 3 for word in words):
        expected = "`all`, or numbers such as 128,129"
        raise InputError.single("--algorithms", value=text, expected=expected)
    return tuple(number for number in map(int, words) if number)
