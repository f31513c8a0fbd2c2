"""``netkit watch``: the closed loop, from measured links to plans and routers."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from netkit.cli.common import JsonOption, end, print_json, print_lines
from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.groups import grouped
from netkit.cli.options.planning import PlanRequestOptions
from netkit.cli.options.source import Source
from netkit.cli.options.store import StoreOption
from netkit.cli.options.watch import ApplyLimits, DampingOptions
from netkit.cli.streams import require_reader
from netkit.errors import ExitCode, InputError, StoreError
from netkit.model.units import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netkit.model.measurement.campaign import FieldCampaign
    from netkit.model.network.topology import Topology
    from netkit.monitor.alarms.silence import Expected
    from netkit.monitor.loop.observed import CampaignSurvey
    from netkit.monitor.loop.state import Limits, Loop, LoopState
    from netkit.report.watch_told import Told
    from netkit.workflows.monitoring.loop.watch import Watch, Windows


@grouped
def watch(
    source: Source,
    campaign: Annotated[Path, typer.Argument(help="The campaign that surveys its links.")],
    asked: PlanRequestOptions,
    applying: ApplyLimits,
    damped: DampingOptions,
    store: StoreOption = None,
    warn_margin: Annotated[
        float,
        typer.Option(
            metavar="PERCENT",
            min=0,
            max=90,
            help="A pair with less of its bound left is in danger.",
        ),
    ] = 5.0,
    survey: Annotated[
        bool, typer.Option("--survey", help="Say which links the campaign tells, and end.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Take one step and end, for cron.")] = False,
    interval: Annotated[
        Duration, duration_option("--interval", least="1s", help="From one step to the next.")
    ] = Duration(30 * NS_PER_S),
    json: JsonOption = False,
) -> None:
    """Watch link delays; plan anew what is in danger; tell the difference, or apply it.

    Delays are the least of the last windows, damped as RFC 8570 asks. What is applied has to be
    seen inside its tier, or is taken back. Each step is a line in the audit trail.

    Exit code of --once: 0 nothing in danger, 1 in danger, 2 a bound is broken and no list helps,
    3 if no link was measured.
    """
    from netkit.monitor.alarms.silence import Expected
    from netkit.monitor.loop.state import begun
    from netkit.store.windows.store import open_store
    from netkit.workflows.monitoring.loop.begin import loop_of, planned_survey
    from netkit.workflows.monitoring.mesh import MeshReader, floors

    request = asked.request
    limits = _limits(applying, once=once)
    demands = source.demands(request)
    found, plan, told = planned_survey(demands, request.options, campaign)
    if survey:
        _tell_survey(found, told, demands.topology, json=json)
        return
    expected = Expected.of(found)
    loop = loop_of(
        told, request.options, damped.damping, limits, warn_margin, expected.period_ns
    )  # fmt: skip
    with open_store(store) as opened:
        mesh = MeshReader(opened, found.name, floors(found, demands.topology))
        watched = _begun(
            loop, begun(plan, demands.topology), applying.netns, mesh.windows,
            (found.name, expected),
        )  # fmt: skip
        with watched as one:
            if once:
                _end_once(_turn(one, json=json), measured=bool(one.state.seen))
            _go_on(one, interval.s, json=json)


def _limits(applying: ApplyLimits, *, once: bool) -> Limits:
    if once and applying.apply:
        expected = "a loop that goes on, and sees whether the change holds"
        raise InputError.argument("apply", beside=["once"], expected=expected)
    return applying.limits


@contextmanager
def _begun(
    loop: Loop,
    state: LoopState,
    netns: Mapping[str, str | None],
    windows: Windows,
    campaign: tuple[str, Expected],
) -> Iterator[Watch]:
    """The loop before its first step. One that may change routers goes on from where the one before
    it was, and they hold its plan."""
    from netkit.workflows.monitoring.loop.linux_routers import LinuxRouters
    from netkit.workflows.monitoring.loop.resume import going_on
    from netkit.workflows.monitoring.loop.watch import Watch
    from netkit.workflows.routers.audit import here

    folder = here()
    routers = LinuxRouters(netns, folder)
    watched = Watch(loop, state, windows, routers, folder, time.time_ns, *campaign)
    if not netns:
        yield watched
        return
    with going_on(campaign[0], state, routers, _note) as (watched.state, file):
        watched.keep = file.write
        yield watched


def _note(text: str) -> None:
    typer.echo(f"netkit: {text}; the loop begins from its topology", err=True)


def _go_on(watched: Watch, every_s: float, *, json: bool) -> NoReturn:
    """Step after step. A database that is away for a while ends nothing: what is on probation is
    seen inside its tier later, or is taken back when its time is over."""
    trouble = None
    try:
        while True:
            try:
                _turn(watched, json=json)
                trouble = None
            except StoreError as error:
                if str(error) != trouble:
                    trouble = str(error)
                    typer.echo(f"netkit: {trouble}; it is read again at every step", err=True)
            require_reader()
            time.sleep(every_s)
    finally:
        left = watched.leave()
        if left is not None:
            _tell(left, watched.now_ns(), json=json)


def _tell_survey(
    campaign: FieldCampaign, found: CampaignSurvey, topology: Topology, *, json: bool
) -> None:
    from netkit.report.documents.monitoring.watch_actions import survey_to_json
    from netkit.report.terminal.monitoring.watch import smallest_lines, survey_lines
    from netkit.workflows.monitoring.loop.begin import smallest_of

    smallest = smallest_of(campaign, topology)
    if json:
        print_json(survey_to_json(found, smallest, topology))
        return
    print_lines(
        *survey_lines(found, frozenset(topology.adjacency)),
        *smallest_lines(smallest, topology),
    )


def _turn(watched: Watch, *, json: bool) -> list[Told]:
    told = []
    for one in watched.turn():
        _tell(one, watched.now_ns(), json=json)
        told.append(one)
    return told


def _tell(one: Told, now_ns: int, *, json: bool) -> None:
    from netkit.report.documents.monitoring.watch_actions import told_to_json
    from netkit.report.terminal.monitoring.watch import told_lines

    if json:
        at = datetime.fromtimestamp(now_ns / 1e9, UTC).isoformat(timespec="milliseconds")
        print_json(told_to_json(one, at))
        return
    print_lines(*told_lines(one, now_ns))


def _end_once(told: list[Told], *, measured: bool) -> NoReturn:
    from netkit.monitor.loop.actions import PairsInDanger, PlanChange

    actions = [one.action for one in told]
    danger = [pair for one in actions if isinstance(one, PairsInDanger) for pair in one.pairs]
    if not danger and not measured:
        end(ExitCode.UNKNOWN, "no link was measured of late, so nothing is known of any pair")
    if not danger:
        end(ExitCode.OK, "nothing is in danger")
    helped = {pair for one in actions if isinstance(one, PlanChange) for pair in one.pairs}
    if any(one.broken and one.pair not in helped for one in danger):
        end(ExitCode.BREACH, "a bound is broken, and no list helps")
    end(ExitCode.DEGRADED, "pairs are in danger")
