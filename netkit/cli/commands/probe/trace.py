"""``netkit probe trace``: where a segment list leads, hop by hop, and where it stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, cast

import typer

from netkit.cli.common import JsonOption, console, end, print_json, print_lines, progress_console
from netkit.cli.grammar.durations import Duration
from netkit.cli.options.probe_send import TimeoutOption
from netkit.cli.options.probe_values import segment_list
from netkit.errors import ExitCode, InputError
from netkit.language.chosen import in_english
from netkit.model.units import NS_PER_MS

if TYPE_CHECKING:
    from netkit.probe.trace.hops import TraceResult


def trace(
    host: Annotated[str, typer.Argument(help="Name or IPv6 address that the list leads to.")],
    segments: Annotated[
        str | None, typer.Option(help="SIDs to follow: A,B,C in the order visited.")
    ] = None,
    max_hops: Annotated[int, typer.Option(min=1, max=255, help="Hops to try.")] = 30,
    tries: Annotated[int, typer.Option(min=1, max=10, help="Probes for each hop.")] = 2,
    timeout: TimeoutOption = Duration(500 * NS_PER_MS),
    json: JsonOption = False,
) -> None:
    """Follow a segment list to HOST: which router answers, which SID it executed, where it stops.

    Needs root or CAP_NET_RAW, and Scapy (pip install netkit-srv6[trace]). Exit code 0 if HOST
    answered after all SIDs, else 3.
    """
    follow = _tracer()
    from ipaddress import IPv6Address
    from socket import AF_INET6

    from netkit.probe.kernel.addresses import resolve
    from netkit.report.documents.probe.trace import trace_to_json
    from netkit.report.terminal.probe.trace import trace_remarks, trace_table
    from netkit.wire.ports import STAMP_PORT

    sids = segment_list(segments, "--segments")
    # Of IPv6 alone: with flow label and scope.
    found, _, _, scope = cast("tuple[str, int, int, int]", resolve(host, STAMP_PORT, AF_INET6))
    destination = IPv6Address(found.partition("%")[0])
    with progress_console().status(f"Tracing to {host} …") as status:
        result = follow(
            destination, sids, max_hops=max_hops, tries=tries, timeout_ms=timeout.ms,
            scope=scope,
            on_hop=lambda hop: status.update(f"Tracing to {host}: hop {hop.hop_limit}"),
        )  # fmt: skip
    if json:
        print_json(trace_to_json(result))
    else:
        screen = console()
        screen.print(trace_table(host, result, width=screen.width))
        print_lines(*trace_remarks(result))
    complete = result.reached and result.executed == len(result.segments)
    end(ExitCode.OK if complete else ExitCode.UNKNOWN, in_english(_remarks, result))


def _remarks(result: TraceResult) -> str:
    from netkit.report.terminal.probe.trace import trace_remarks

    return " ".join(trace_remarks(result))


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
