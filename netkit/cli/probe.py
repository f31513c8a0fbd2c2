"""``netkit probe``: measure to one host with STAMP, and answer such measurements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli import probe_output
from netkit.cli.common import milliseconds, print_json, progress_console
from netkit.errors import ExitCode, InputError

if TYPE_CHECKING:
    from netkit.stats.summary import SessionSummary

app = typer.Typer(no_args_is_help=True)

_PORT = typer.Option("--port", min=1, max=65535, help="UDP port of the reflector.")


@app.command("send")
def send(
    host: Annotated[str, typer.Argument(help="Name or address of a STAMP reflector.")],
    count: Annotated[int, typer.Option(min=1, help="Probes to send.")] = 10,
    interval: Annotated[float, typer.Option(min=1, help="Milliseconds between probes.")] = 1000,
    port: Annotated[int, _PORT] = 862,
    timeout: Annotated[float, typer.Option(min=1, help="Milliseconds to wait for each.")] = 1000,
    size: Annotated[int | None, typer.Option(help="UDP payload of a probe in bytes.")] = None,
    poisson: Annotated[
        bool, typer.Option("--poisson", help="Random gaps of that mean, not even ones.")
    ] = False,
    tier: Annotated[str | None, typer.Option(help="Judge against a tier: 1ms, 5ms, 20ms …")] = None,
    bound_ms: Annotated[
        float | None, typer.Option(help="Judge against this one-way bound in milliseconds.")
    ] = None,
    clock_error_ms: Annotated[
        float | None,
        typer.Option(min=0, help="What both clocks may be off together, if you know better."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write every sample to this file.")] = None,
) -> None:
    """Measure one-way delay, loss and reordering to HOST and back.

    Exit code 0 if the tier is kept (or none was asked for), 2 if it is violated, 3 if that cannot
    be told: no answers, too few, or clocks that may be further off than the margin.
    """
    from netkit.model.units import ms_to_us
    from netkit.probe.live import send as probe
    from netkit.probe.request import MIN_REQUEST_BYTES
    from netkit.probe.samples import write_samples
    from netkit.stats.summary import summarize

    bound_us = _bound_us(tier, bound_ms)
    with progress_console().status(f"Probing {host} …") as status:
        result = probe(
            host,
            port,
            count=count,
            interval_ms=interval,
            timeout_ms=timeout,
            request_bytes=MIN_REQUEST_BYTES if size is None else size,
            poisson=poisson,
            on_progress=lambda sent, total: status.update(f"Probing {host}: {sent} of {total}"),
        )
    uncertainty_us = result.uncertainty_us
    if clock_error_ms is not None:
        uncertainty_us = ms_to_us(clock_error_ms)
    summary = summarize(result.session.samples, bound_us, uncertainty_us)
    if csv is not None:
        write_samples(csv, (("localhost", host, sample) for sample in result.session.samples))
    if json:
        print_json(probe_output.document(host, port, result, summary))
    else:
        probe_output.show(host, result, summary)
    raise typer.Exit(_exit_code(summary))


@app.command("reflect")
def reflect(
    bind: Annotated[str, typer.Option(help="Local address; 0.0.0.0 for any IPv4.")] = "::",
    port: Annotated[int, _PORT] = 862,
) -> None:
    """Answer STAMP probes until Ctrl-C or SIGTERM, then say how many."""
    from netkit.probe.live import reflect as answer

    progress_console().print(f"Reflecting on {bind} port {port}; Ctrl-C ends it.")
    for reason, number in answer(bind, port).items():
        typer.echo(f"{reason} {number}")


def _bound_us(tier: str | None, bound_ms: float | None) -> int | None:
    from netkit.model.tier import PROFILES

    if tier is None:
        return milliseconds(bound_ms, "--bound-ms")
    if bound_ms is not None:
        raise InputError.single("--tier and --bound-ms", expected="one of them")
    bounds = {
        known.name: known.bound_us
        for profile in PROFILES.values()
        for known in profile.tiers.values()
        if known.bound_us is not None
    }
    if tier not in bounds:
        raise InputError.single("--tier", value=tier, expected="one of " + ", ".join(bounds))
    return bounds[tier]


def _exit_code(summary: SessionSummary) -> ExitCode:
    from netkit.model.verdict import Verdict

    if summary.bound_us is None:
        return ExitCode.OK if summary.counts.received else ExitCode.UNKNOWN
    return {Verdict.PASS: ExitCode.OK, Verdict.BREACH: ExitCode.BREACH}.get(
        summary.verdict, ExitCode.UNKNOWN
    )
