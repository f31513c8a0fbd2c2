"""``netkit probe``: measure to one host with STAMP, and answer such measurements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli import probe_output, probe_reflect, probe_trace
from netkit.cli.common import print_json
from netkit.cli.probe_options import bound_us, key_of, segment_list
from netkit.errors import ExitCode, InputError

if TYPE_CHECKING:
    from netkit.cli.probe_flows import Measured

app = typer.Typer(no_args_is_help=True)
app.command("reflect")(probe_reflect.reflect)
app.command("trace")(probe_trace.trace)


@app.command("send")
def send(
    host: Annotated[str, typer.Argument(help="Name or address of a STAMP reflector.")],
    count: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Probes to send in each flow.")
    ] = 10,
    interval: Annotated[
        float, typer.Option(min=1, max=3_600_000, help="Milliseconds between probes.")
    ] = 1000,
    port: Annotated[int, typer.Option(min=1, max=65535, help="UDP port of the reflector.")] = 862,
    timeout: Annotated[
        float, typer.Option(min=1, max=3_600_000, help="Milliseconds to wait for each.")
    ] = 1000,
    size: Annotated[
        int | None, typer.Option(help="UDP payload of a probe in bytes; as small as can be.")
    ] = None,
    poisson: Annotated[
        bool, typer.Option("--poisson", help="Random gaps of that mean, not even ones.")
    ] = False,
    burst: Annotated[
        int, typer.Option(min=1, max=10_000, help="Probes at once each interval.")
    ] = 1,
    dscp: Annotated[
        int, typer.Option(min=0, max=63, help="Mark probes, and ask replies to be.")
    ] = 0,
    ecn: Annotated[int, typer.Option(min=0, max=3, help="ECN bits of probes.")] = 0,
    flows: Annotated[
        int, typer.Option(min=1, max=256, help="Flows, each with its own source port and label.")
    ] = 1,
    source_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Source port of the first flow; 0: any.")
    ] = 0,
    ipv4: Annotated[bool, typer.Option("-4", help="IPv4 only.")] = False,
    ipv6: Annotated[bool, typer.Option("-6", help="IPv6 only.")] = False,
    segments: Annotated[
        str | None, typer.Option(help="Send over these SIDs: A,B,C in the order visited.")
    ] = None,
    return_segments: Annotated[
        str | None, typer.Option(help="Ask for replies over these SIDs (RFC 9503).")
    ] = None,
    direct_measurement: Annotated[
        bool, typer.Option("--direct-measurement", help="Compare packet counts of both ends.")
    ] = False,
    location: Annotated[
        bool, typer.Option("--location", help="Ask which address the reflector sees.")
    ] = False,
    key_file: Annotated[Path | None, typer.Option(help="Authenticate with this key.")] = None,
    tier: Annotated[str | None, typer.Option(help="Judge against a tier: 1ms, 5ms, 20ms …")] = None,
    bound_ms: Annotated[
        float | None, typer.Option(help="Judge against this one-way bound in milliseconds.")
    ] = None,
    clock_error_ms: Annotated[
        float | None,
        typer.Option(
            min=0, max=1e9, help="What both clocks may be off together, if you know better."
        ),
    ] = None,
    remove_skew: Annotated[
        bool, typer.Option("--remove-skew", help="Figures as if both clocks ran at one rate.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write every sample to this file.")] = None,
    src: Annotated[str, typer.Option(help="What this end is called in that file.")] = "localhost",
    dst: Annotated[str | None, typer.Option(help="What HOST is called in that file.")] = None,
) -> None:
    """Measure one-way delay, loss and reordering to HOST and back.

    Exit code 0 if the tier is kept (or none was asked for), 2 if it is violated, 3 if that cannot
    be told: no answers, too few, or clocks that may be further off than the margin. With several
    flows the worst of them decides.
    """
    from netkit.cli.probe_flows import measured
    from netkit.cli.probe_watch import watching
    from netkit.probe.live import SendOptions
    from netkit.probe.live import send as probe
    from netkit.probe.samples import write_samples

    bound = bound_us(tier, bound_ms)
    if poisson and burst > 1:
        raise InputError.single("--poisson and --burst", expected="one of them")
    options = SendOptions(
        count, interval, timeout, size, poisson, burst, dscp, ecn, flows, source_port,
        _family(ipv4, ipv6),
        segment_list(segments, "--segments"),
        segment_list(return_segments, "--return-segments"),
        direct_measurement, location, key_of(key_file),
    )  # fmt: skip
    with watching(host, count * flows) as watch:
        result = probe(host, port, options, watch)
    found = measured(result, bound, clock_error_ms, skew_removed=remove_skew)
    if csv is not None:
        rows = ((flow, sample) for flow in result.flows for sample in flow.session.samples)
        name = "{}" if flows == 1 else "{}:{}"
        write_samples(
            csv,
            ((name.format(src, flow.source_port), dst or host, sample) for flow, sample in rows),
        )
    if json:
        print_json(probe_output.document(host, port, result, found))
    else:
        probe_output.show(host, result, found)
    raise typer.Exit(_exit_code(found))


def _family(ipv4: bool, ipv6: bool) -> int | None:
    if ipv4 and ipv6:
        raise InputError.single("-4 and -6", expected="one of them")
    return 4 if ipv4 else 6 if ipv6 else None


def _exit_code(found: Measured) -> ExitCode:
    from netkit.model.verdict import Verdict

    if found.bound_us is None:
        return ExitCode.OK if found.received else ExitCode.UNKNOWN
    return {Verdict.PASS: ExitCode.OK, Verdict.BREACH: ExitCode.BREACH}.get(
        found.verdict, ExitCode.UNKNOWN
    )
