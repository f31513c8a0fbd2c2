"""``netkit agent``: probe and answer all the time, as campaigns say, and keep windows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import JsonOption, end, print_json
from netkit.errors import ExitCode, counted

if TYPE_CHECKING:
    from netkit.probe.run.agent.agent import AgentEnd


def agent(
    campaigns: Annotated[
        list[Path], typer.Argument(help="Campaign files whose sites have addresses.")
    ],
    site: Annotated[str, typer.Option("--site", help="Which site this host is.")],
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="This host's database for windows; a file of it if not given."
        ),
    ] = None,
    deliver: Annotated[
        str | None, typer.Option(metavar="URL", help="A central database to deliver windows to.")
    ] = None,
    user: Annotated[str, typer.Option(help="Whom root becomes once ports are bound.")] = "nobody",
    no_reflector: Annotated[
        bool, typer.Option("--no-reflector", help="Only probe; another program answers.")
    ] = False,
    metrics: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS:PORT", help="Answer scrapers of Prometheus there."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Probe every peer of SITE and answer every peer, until SIGTERM or Ctrl-C.

    Windows go to a database; SIGHUP has the campaigns read anew, and only what changed is begun
    anew. Exit code 0 if all windows were stored, 1 if some were not, 3 for bad input.
    """
    from netkit.probe.kernel.no_new_privileges import renounce_new_privileges

    renounce_new_privileges()  # before anything is imported that starts threads

    from netkit.cli.commands.probe.listen import address_and_port

    # Here, as whoever root becomes may not be able to read it at the end.
    from netkit.report.documents.probe.agent import agent_to_json
    from netkit.workflows.agents.run import AgentRequest
    from netkit.workflows.agents.run import agent as run

    request = AgentRequest(
        tuple(campaigns), site, store, deliver, user, not no_reflector,
        None if metrics is None else address_and_port(metrics, "--metrics"),
    )  # fmt: skip
    done = run(request, lambda line: typer.echo(f"netkit: {line}", err=True))
    if json:
        print_json(agent_to_json(done))
    else:
        _show(done)
    unkept = done.lost + done.left
    end(ExitCode.DEGRADED if unkept else ExitCode.OK, f"{counted(unkept, 'window')} not stored")


def _show(done: AgentEnd) -> None:
    typer.echo(f"{counted(done.probes, 'probe')}, {counted(done.written, 'window')} stored")
    if done.there_before:
        typer.echo(
            f"{counted(done.there_before, 'window')} in the store before, by another agent of this "
            "site, or by one that was started again within a window"
        )
    for reason, number in done.counters.items():
        typer.echo(f"{reason} {number}")
