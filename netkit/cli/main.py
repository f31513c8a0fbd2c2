"""The command ``netkit``: its groups, each in a file of its own."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from netkit.cli import common
from netkit.cli.commands import (
    apply,
    audit,
    config,
    dashboard,
    demo,
    doctor,
    lab,
    push,
    report,
    watch,
)
from netkit.cli.commands.monitoring import alarms, locate
from netkit.cli.commands.planning import advise, detour, diff, emit, explain, place, plan
from netkit.cli.commands.probe import (
    agent,
    certify,
    check,
    install,
    metrics,
    reflect,
    run,
    send,
    trace,
)
from netkit.cli.commands.store import history, store
from netkit.cli.commands.topo import files as topo_files
from netkit.cli.commands.topo import nodes, topo
from netkit.cli.grammar.asked import asked
from netkit.cli.grammar.command import under_grammar

app = typer.Typer(
    name="netkit",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measure, plan, emit and prove one-way latency tiers over SRv6. "
    "Exit codes: 0 good, 1 degraded, 2 breach, 3 unknown or bad input.",
)
probe_app = typer.Typer(no_args_is_help=True)
probe_app.command("send")(send.send)
probe_app.command("reflect")(reflect.reflect)
probe_app.command("trace")(trace.trace)
lab.app.command("run")(demo.run)
probe_app.command("run")(run.run)
probe_app.command("install")(install.install)
probe_app.command("certify")(certify.certify)
probe_app.command("check")(check.check)
probe_app.command("metrics")(metrics.metrics)
topo.app.command("nodes")(nodes.nodes)
topo.app.command("import")(topo_files.import_)
topo.app.command("convert")(topo_files.convert)
topo.app.command("diff")(topo_files.diff)
app.command("explain")(explain.explain)
app.command("advise")(advise.advise)
app.command("detour")(detour.detour)
app.command("place")(place.place)
app.command("emit")(emit.emit)
app.command("diff")(diff.diff)
app.command("apply")(apply.apply)
app.command("push")(push.push)
app.command("watch")(watch.watch)
app.command("agent")(agent.agent)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("history")(history.history)
app.command("export")(history.export)
app.command("report")(report.report)
app.command("dashboard")(dashboard.dashboard)
app.command("locate")(locate.locate)
app.command("config")(config.config)
app.add_typer(
    topo.app, name="topo", help="Import, check, show, compare and convert topology files."
)
app.add_typer(plan.app, name="plan", help="Plan segment lists; see what failures do to them.")
app.add_typer(probe_app, name="probe", help="Measure with STAMP; run campaigns.")
app.add_typer(audit.app, name="audit", help="What netkit changed; has the record been altered?")
app.add_typer(store.app, name="store", help="The windows that are kept: check, prune, deliver.")
app.add_typer(alarms.app, name="alarms", help="Alarms with their evidence: show, ack, evaluate.")
app.add_typer(lab.app, name="lab", help="The emulated backbone: up, exec, run campaigns, down.")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"netkit {version('netkit-srv6')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Defaults of options (docs/configuration.md), TOML."),
    ] = None,
) -> None:
    """Hold the options of netkit itself."""


under_grammar(app)


def main() -> NoReturn:
    """Entry point of the console script."""
    common.run(partial(asked(app, sys.argv[1:]), obj=app))
