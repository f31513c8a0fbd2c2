"""``netkit dashboard``: the pages of a report, live from a store."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.commands.probe.listen import address_and_port
from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.store import CampaignOption, StoreOption
from netkit.cli.options.times import instant_ns
from netkit.errors import InputError
from netkit.model.units import NS_PER_S

if TYPE_CHECKING:
    from netkit.workflows.dashboard.server import DashboardServer, Looking


def dashboard(
    documents: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FROM...]", help="Documents to show beside, as of `report`."),
    ] = None,
    store: StoreOption = None,
    listen: Annotated[
        str, typer.Option(metavar="ADDRESS:PORT", help="Where it answers browsers.")
    ] = "127.0.0.1:9863",
    name: Annotated[
        list[str] | None,
        typer.Option(help="A name that this host goes by, as behind a proxy; may be repeated."),
    ] = None,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="How far back it shows: `30d`, or a date (UTC).")
    ] = "30d",
    interval: Annotated[
        Duration,
        duration_option("--interval", least="0.1s", help="How often it looks for windows."),
    ] = Duration(5 * NS_PER_S),
    campaign: CampaignOption = None,
    topology: Annotated[
        Path | None, typer.Option("--topology", help="For the map, operators and hops.")
    ] = None,
    basemap: Annotated[
        Path | None, typer.Option("--basemap", help="GeoJSON to draw underneath the map.")
    ] = None,
) -> None:
    """Serve the pages of a store to browsers, until told to stop; nothing is written.

    It answers this machine alone unless told otherwise, and has no passwords: put it behind a proxy
    that asks for them. Exit code 3 if the port is taken.
    """
    from netkit.store.windows.store import default_url, place_of_url
    from netkit.workflows.dashboard.server import DEFAULT_PORT, DashboardServer, Looking
    from netkit.workflows.dashboard.shown import Shown
    from netkit.workflows.dashboard.source import Source
    from netkit.workflows.report import made_of, read_report

    address, port = address_and_port(listen, "--listen", DEFAULT_PORT)
    others, ground = read_report(documents or [], topology, basemap)
    place = place_of_url(store or default_url())
    now = time.time_ns()
    begin, later = (instant_ns(since, "--since", at) for at in (now, now + NS_PER_S))
    span_ns = now - begin
    if span_ns <= 0:
        raise InputError.argument("since", value=since, expected="a time that is over")
    date_ns = begin if begin == later else None  # so long ago moves on with the time
    source = Source(store, campaign, span_ns, time.time_ns, date_ns)
    shown = made_of(others, lambda: Shown(source, others, ground, interval.s, time.time_ns))
    names = frozenset(one.lower() for one in name or ())
    with DashboardServer(address, port, shown.pages, names) as server:
        typer.echo(f"netkit: {place} at http://{_where(server)}/ until Ctrl-C", err=True)
        _serve(server, Looking(shown, interval.s))


def _serve(server: DashboardServer, looking: Looking) -> None:
    """Answer browsers, and look for windows meanwhile, until Ctrl-C."""
    looking.start()
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        typer.echo("netkit: stopped", err=True)
    finally:
        looking.stop()


def _where(server: DashboardServer) -> str:
    """Address and port as a URL has them."""
    address, port = str(server.server_name), server.server_port
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
