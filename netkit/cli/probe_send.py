"""``netkit probe send``: measure to one host with STAMP."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli import probe_document, probe_output
from netkit.cli.common import print_json
from netkit.cli.options import grouped
from netkit.cli.probe_send_options import (
    AskOptions,
    JudgeOptions,
    PathOptions,
    ResultOptions,
    ScheduleOptions,
    send_options,
)
from netkit.errors import ExitCode, InputError

if TYPE_CHECKING:
    from netkit.cli.probe_flows import Measured
    from netkit.model.sample_row import Row
    from netkit.probe.live import SendResult


@grouped
def send(
    host: Annotated[str, typer.Argument(help="Name or address of a STAMP reflector.")],
    schedule: ScheduleOptions,
    path: PathOptions,
    asks: AskOptions,
    judge: JudgeOptions,
    results: ResultOptions,
) -> None:
    """Measure one-way delay, loss and reordering to HOST and back.

    Exit code 0 if the tier is kept (or none was asked for), 1 if it is kept by less than the
    warning margin, 2 if it is violated, 3 if that cannot be told: no answers, too few, or clocks
    that may be further off than the margin. With several flows the worst of them decides.
    """
    from netkit.cli.probe_flows import measured
    from netkit.cli.probe_watch import watching
    from netkit.probe.live import send as probe
    from netkit.probe.samples import write_samples

    bound_us = judge.bound_us
    options = send_options(schedule, path, asks)
    _check_place(results.csv)
    with watching(host, options.count * options.flows) as watch:
        result = probe(host, path.port, options, watch)
    found = measured(
        result, bound_us, judge.clock_error_ms,
        warn_margin_percent=judge.warn_margin, skew_removed=judge.remove_skew,
    )  # fmt: skip
    if results.json:
        print_json(probe_document.document(host, path.port, result, found))
    else:
        probe_output.show(host, result, found)
    # Last: a file that cannot be written must not cost anybody the figures.
    if results.csv is not None:
        write_samples(results.csv, _rows(result, results.src, results.dst or host))
    raise typer.Exit(_exit_code(found))


def _check_place(csv: Path | None) -> None:
    """A file that cannot be written is better told before a long run than after it."""
    if csv is None:
        return
    if csv.is_dir() or not csv.parent.is_dir():
        raise InputError.single("--csv", value=csv, expected="a file in a folder that exists")
    if not os.access(csv if csv.exists() else csv.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(csv))


def _rows(result: SendResult, src: str, dst: str) -> Iterator[Row]:
    """All samples; several flows are told apart by their source port."""
    for flow in result.flows:
        name = src if len(result.flows) == 1 else f"{src}:{flow.source_port}"
        for sample in flow.session.samples:
            yield name, dst, sample


def _exit_code(found: Measured) -> ExitCode:
    from netkit.model.verdict import Verdict

    if found.bound_us is None:
        return ExitCode.OK if found.received else ExitCode.UNKNOWN
    if found.degraded:
        return ExitCode.DEGRADED
    return {Verdict.PASS: ExitCode.OK, Verdict.BREACH: ExitCode.BREACH}.get(
        found.verdict, ExitCode.UNKNOWN
    )
