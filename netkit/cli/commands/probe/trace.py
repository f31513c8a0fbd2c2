"""``netkit probe trace``: where a segment list leads, hop by hop, and where it stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netkit.cli.common import console, print_json, progress_console
from netkit.cli.options.probe_values import segment_list
from netkit.errors import ExitCode, InputError

if TYPE_CHECKING:
    from netkit.probe.trace.hops import TraceHop, TraceResult

_NS_PER_MS = 1e6


def trace(
    host: Annotated[str, typer.Argument(help="Name or IPv6 address that the list leads to.")],
    segments: Annotated[
        str | None, typer.Option(help="SIDs to follow: A,B,C in the order visited.")
    ] = None,
    max_hops: Annotated[int, typer.Option(min=1, max=255, help="Hops to try.")] = 30,
    tries: Annotated[int, typer.Option(min=1, max=10, help="Probes for each hop.")] = 2,
    timeout: Annotated[
        float, typer.Option(min=1, max=3_600_000, help="Milliseconds to wait for each.")
    ] = 500,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Follow a segment list to HOST: which router answers, which SID it executed, where it stops.

    Needs root or CAP_NET_RAW, and Scapy (pip install netkit-srv6[trace]). Exit code 0 if HOST
    answered after all SIDs, else 3.
    """
    follow = _tracer()
    from ipaddress import IPv6Address
    from socket import AF_INET6

    from netkit.probe.kernel.addresses import resolve
    from netkit.wire.ports import STAMP_PORT

    sids = segment_list(segments, "--segments")
    destination = IPv6Address(resolve(host, STAMP_PORT, AF_INET6)[0].partition("%")[0])
    with progress_console().status(f"Tracing to {host} …") as status:
        result = follow(
            destination, sids, max_hops=max_hops, tries=tries, timeout_ms=timeout,
            on_hop=lambda hop: status.update(f"Tracing to {host}: hop {hop.hop_limit}"),
        )  # fmt: skip
    if json:
        print_json(_document(result))
    else:
        _show(host, result)
    complete = result.reached and result.executed == len(result.segments)
    raise typer.Exit(ExitCode.OK if complete else ExitCode.UNKNOWN)


def _tracer() -> Callable[..., TraceResult]:
    """What traces; InputError if Scapy, which it needs, is not installed."""
    try:
        from netkit.probe.trace.runner import trace as follow
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "scapy":
            raise
        raise InputError.single(
            "Scapy is not installed", expected="it, for tracing",
            remedy="Run: pip install 'netkit-srv6[trace]'",
        ) from None  # fmt: skip
    return follow


def _document(result: TraceResult) -> dict[str, Any]:
    """The document of ``--json``, described in docs/stamp.md."""
    from netkit.report.words.trace import stopped_text

    return {
        "schema": "netkit/probe-trace/1",
        "destination": str(result.destination),
        "reached": result.reached,
        "stopped": stopped_text(result),
        "segments": [
            {"sid": str(sid), "executed_by": _executor(result, number)}
            for number, sid in enumerate(result.segments)
        ],
        "hops": [_hop_document(hop) for hop in result.hops],
    }


def _executor(result: TraceResult, number: int) -> str | None:
    """The first router that quoted the probe with this SID done; None if none did."""
    done = 0
    for hop in result.hops:
        done += len(hop.executed)
        if number < done and hop.answer is not None:
            return str(hop.answer.responder)
    return None


def _hop_document(hop: TraceHop) -> dict[str, Any]:
    answer = hop.answer
    return {
        "hop_limit": hop.hop_limit,
        "address": None if answer is None else str(answer.responder),
        "reaction": None if answer is None else answer.reaction,
        "segments_left": None if answer is None else answer.segments_left,
        "round_trip_us": None if hop.round_trip_ns is None else hop.round_trip_ns / 1000,
        "executed": [str(sid) for sid in hop.executed],
        "active": None if hop.active is None else str(hop.active),
    }


def _show(host: str, result: TraceResult) -> None:
    from rich.table import Table

    from netkit.report.words.trace import stopped_text

    table = Table(title=f"{host} ({result.destination}), SRv6 trace", title_justify="left")
    table.add_column("hop", justify="right")
    for heading in ("address", "SIDs executed", "then to"):
        table.add_column(heading, overflow="fold")
    table.add_column("ms", justify="right")
    for hop in result.hops:
        time = "" if hop.round_trip_ns is None else f"{hop.round_trip_ns / _NS_PER_MS:.3f}"
        address = "*" if hop.answer is None else str(hop.answer.responder)
        executed = "\n".join(str(sid) for sid in hop.executed)
        arrived = hop.answer is not None and hop.answer.responder == result.destination
        table.add_row(
            str(hop.hop_limit), address, executed, "" if arrived else str(hop.active), time
        )
    console().print(table)
    if result.stopped is not None:
        typer.echo(f"Stopped: {stopped_text(result)}")
    elif result.executed < len(result.segments):
        missing = len(result.segments) - result.executed
        typer.echo(f"The destination answered, but {missing} SIDs were not seen executed.")
