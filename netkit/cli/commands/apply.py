"""``netkit apply``: make the router here, Linux or FRR, hold what was emitted for it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.changing import interrupts_told, told_of
from netkit.cli.common import JsonOption, print_json, print_lines, progress
from netkit.cli.grammar.loudness import note
from netkit.cli.grammar.typed import refuse_typed
from netkit.cli.options.confirm import ConfirmOptions
from netkit.cli.options.groups import grouped, names_of
from netkit.cli.options.planning import PlanRequestOptions
from netkit.cli.options.source import Source
from netkit.cli.options.target import SidsByHandOption
from netkit.errors import ApplyError, InputError
from netkit.language.words import counted, say

LINUX, FRR = "linux", "frr"
_PLANNED = "a topology file, which is planned; what a folder holds is planned already"

if TYPE_CHECKING:
    from netkit.apply.frr.vtysh import Vtysh
    from netkit.workflows.routers.apply import Applied, Wanted
    from netkit.workflows.routers.confirm import Confirming
    from netkit.workflows.routers.probes import Network


FrrOption = Annotated[
    bool, typer.Option("--frr", help="Change the FRR that is installed, and not Linux itself.")
]
VtyshOption = Annotated[
    str, typer.Option(metavar="WORDS", help="With --frr: how its vtysh is run, if not so.")
]


@grouped
def apply(
    source: Annotated[
        Path | None,
        typer.Argument(
            help="Folder that `netkit emit` wrote for linux, or with --frr for frr; or a topology "
            "file, planned as `netkit plan FILE` does with the same options."
        ),
    ] = None,
    router: Annotated[
        str | None,
        typer.Option("--router", metavar="NAME", help="Which of its routers this one is."),
    ] = None,
    netns: Annotated[
        str | None, typer.Option("--netns", help="The router is this namespace of `ip netns`.")
    ] = None,
    frr: FrrOption = False,
    vtysh: VtyshOption = "vtysh",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be changed, and change nothing.")
    ] = False,
    recover: Annotated[
        bool, typer.Option("--recover", help="Take back what a crash has left half done.")
    ] = False,
    *,
    confirmation: ConfirmOptions,
    asked: PlanRequestOptions,
    sids_by_hand: SidsByHandOption = False,
    json: JsonOption = False,
) -> None:
    """Change this router to what was emitted for it, whole or not at all.

    Everything is looked at before the first change, written to a journal, made before it breaks,
    and read back from the kernel; on any fault the router is as it was. What netkit did not make is
    not touched. Exit code 0 if the router holds it, 1 if it does and the audit trail could not be
    told, 2 if it was measured not to keep a tier, 3 if not for another reason.
    """
    from netkit.apply.frr.vtysh import Vtysh

    if not frr:
        refuse_typed("vtysh", expected="--frr beside it")
    speaks = Vtysh(shlex.split(vtysh)) if frr else None
    if recover:
        _take_back(netns, speaks, dry_run=dry_run, json=json)
        return
    target = FRR if frr else LINUX
    wanted, network = _wanted(
        source, router, target, asked, sids_by_hand=sids_by_hand, measured=confirmation.asked
    )
    confirming = None if network is None else confirmation.confirming(network, wanted.router)
    _make(wanted, _Where(netns, speaks), confirming, dry_run=dry_run, json=json)


@dataclass(frozen=True, slots=True)
class _Where:
    """A namespace, and the FRR in it if that is meant."""

    netns: str | None
    vtysh: Vtysh | None


def _take_back(netns: str | None, vtysh: Vtysh | None, *, dry_run: bool, json: bool) -> None:
    from netkit.report.documents.routers.apply import recovered_to_json
    from netkit.report.terminal.routers.apply import change_lines
    from netkit.workflows.routers.apply import recover
    from netkit.workflows.routers.audit import here

    try:
        found = recover(here(), netns, vtysh, dry_run=dry_run, note=note)
    except KeyboardInterrupt:
        command = "netkit apply --recover" + ("" if vtysh is None else " --frr")
        again = f"what a crash has left may be half done still: {command} goes on with it"
        raise ApplyError(f"interrupted; {again}") from None
    if json:
        print_json(recovered_to_json(found, dry_run=dry_run))
    elif found is None:
        print_lines(say("nothing is half done here"))
    elif dry_run:
        many = counted(len(found.changes), "change")
        print_lines(*change_lines(one.inverse for one in reversed(found.changes)))
        print_lines(say("{changes} to {router}; none was made", changes=many, router=found.router))
    else:
        taken = counted(len(found.changes), "change")
        said = say("{router} is as it was: {changes} taken back", router=found.router,
                   changes=taken)  # fmt: skip
        print_lines(said)


def _make(
    wanted: Wanted, where: _Where, confirming: Confirming | None, *, dry_run: bool, json: bool
) -> None:
    from netkit.report.documents.routers.apply import applied_to_json
    from netkit.workflows.routers.apply import apply as make
    from netkit.workflows.routers.audit import here

    with interrupts_told():
        applied = make(
            wanted, here(), where.netns, dry_run=dry_run, confirming=confirming, vtysh=where.vtysh,
            note=note,
        )  # fmt: skip
    with told_of(wanted.router, dry_run=dry_run):
        if json:
            print_json(
                applied_to_json(wanted.router, applied.changes, applied.measured, dry_run=dry_run)
            )
        else:
            _show(wanted, applied, confirming, dry_run=dry_run)


def _show(
    wanted: Wanted, applied: Applied, confirming: Confirming | None, *, dry_run: bool
) -> None:
    from netkit.report.terminal.routers.apply import change_lines
    from netkit.report.terminal.routers.measured import measured_line, probe_line

    changes = applied.changes
    print_lines(*change_lines(changes))
    for one in applied.measured or ():
        print_lines(measured_line(one))
    things = counted(len(wanted.objects), "thing")
    what = say("its file") if wanted.frr is not None else things
    held = say("{router} holds {what}", router=wanted.router, what=what)
    if dry_run and changes:
        for probe in () if confirming is None else confirming.probes:
            print_lines(probe_line(probe))
        many = counted(len(changes), "change")
        print_lines(say("{changes} to {router}; none was made", changes=many, router=wanted.router))
    elif changes:
        print_lines(say("{held}; changed: {count}", held=held, count=len(changes)))
    else:
        print_lines(say("{held} already", held=held))


def _wanted(
    source: Path | None,
    router: str | None,
    target: str,
    asked: PlanRequestOptions,
    *,
    sids_by_hand: bool,
    measured: bool,
) -> tuple[Wanted, Network | None]:
    """What this router is to hold, and where that is to be measured what all are."""
    from netkit.workflows.plan import make_plan
    from netkit.workflows.routers.apply import planned, wanted_of
    from netkit.workflows.routers.audit import digest
    from netkit.workflows.routers.probes import network_of_folder, network_of_plan

    if source is None:
        expected = "a folder that netkit emit wrote, a topology file, or --recover"
        raise InputError.single("no configurations", expected=expected)
    if source.is_dir():
        refuse_typed("sids_by_hand", *names_of(PlanRequestOptions), expected=_PLANNED)
        if measured and target != LINUX:
            expected = "the topology file: files of frr say nothing of customers"
            raise InputError.single("measured", value=source, expected=expected, field="confirm")
        own = wanted_of(source, router, target)
        return own, network_of_folder(source) if measured else None
    request = asked.request
    demands, options = Source(source).demands(request), request.options
    with progress() as tell:
        plan = make_plan(demands, options, partial(tell, "planning"))
    own = planned(
        source, demands.topology, plan, router, target,
        usid=options.usid, sids_by_hand=sids_by_hand, topology_digest=digest(source.read_bytes()),
    )  # fmt: skip
    return own, network_of_plan(
        demands.topology, plan, vrf_devices=target == FRR
    ) if measured else None
