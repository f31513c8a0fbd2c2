"""``netkit probe metrics``: what is stored, as metrics of Prometheus."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.store import CampaignOption, StoreOption
from netkit.errors import InputError

if TYPE_CHECKING:
    from netkit.workflows.monitoring.metrics import MetricsOptions, Windows


def metrics(
    textfile: Annotated[
        Path | None,
        typer.Option(metavar="FILE.prom", help="Write this file, for node_exporter to read."),
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS:PORT", help="Answer scrapers there, until told to stop."),
    ] = None,
    store: StoreOption = None,
    campaign: CampaignOption = None,
    stale_after: Annotated[
        Duration | None,
        duration_option(
            "--stale-after",
            least="1s",
            help="A pair not measured for so long vanishes; by default 15 minutes, or two rounds "
            "of the campaigns of --certify.",
        ),
    ] = None,
    certify: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="CAMPAIGN",
            help="Where clocks bound nothing: with light time between the sites of this file; "
            "repeatable.",
        ),
    ] = None,
) -> None:
    """Print the metrics of what is stored, write them for cron, or serve ``/metrics``.

    A file is written whole, and its counters go on from those of the last run.
    """
    from netkit.store.windows.store import open_store
    from netkit.workflows.monitoring.light import light_of
    from netkit.workflows.monitoring.metrics import MetricsOptions, metrics_text, write_textfile

    if textfile is not None and listen is not None:
        raise InputError.argument("textfile", value=textfile, beside=["listen"], expected="one")
    after_s = None if stale_after is None else stale_after.s
    options = MetricsOptions(campaign, after_s, light=light_of(certify or ()))
    with open_store(store) as opened:
        if listen is not None:
            _serve(opened.windows, listen, options)
        elif textfile is not None:
            write_textfile(opened.windows, textfile, options, time.time_ns())
        else:
            typer.echo(metrics_text(opened.windows, options, time.time_ns()), nl=False)


def _serve(windows: Windows, listen: str, options: MetricsOptions) -> None:
    from netkit.cli.commands.probe.listen import address_and_port
    from netkit.probe.scrape.server import MetricsServer
    from netkit.workflows.monitoring.metrics import Scraped

    address, port = address_and_port(listen, "--listen")
    with MetricsServer(address, port) as server:
        typer.echo(f"netkit: metrics at http://{listen_text(address, port)}/metrics", err=True)
        server.serve(Scraped(windows, options, time.time_ns).text)


def listen_text(address: str, port: int) -> str:
    """Address and port as a URL has them."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
