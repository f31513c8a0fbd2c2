"""``netkit probe send``: measure to one host with STAMP."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.commands.probe.interim import require_lines, telling
from netkit.cli.commands.probe.pace import tell_pace
from netkit.cli.common import console, end, lost_results_told, print_json, print_lines
from netkit.cli.options.groups import grouped
from netkit.cli.options.probe_results import JudgeOptions, ResultOptions
from netkit.cli.options.probe_send import AskOptions, PathOptions, ScheduleOptions, send_options
from netkit.cli.options.probe_values import host_and_port
from netkit.errors import InputError
from netkit.language.chosen import in_english
from netkit.report.documents.probe.send import send_to_json
from netkit.report.terminal.probe.remarks import send_remarks
from netkit.report.terminal.probe.send import send_tables, summary_line
from netkit.store.text_files import refuse_link, require_apart

if TYPE_CHECKING:
    from netkit.model.measurement.sample_row import Row
    from netkit.probe.run.flows import Measured
    from netkit.probe.run.send import SendResult
    from netkit.probe.run.send_options import SendOptions


@grouped
def send(
    hosts: Annotated[
        list[str] | None,
        typer.Argument(help="Names or addresses of STAMP reflectors, also HOST:PORT."),
    ] = None,
    *,
    schedule: ScheduleOptions,
    path: PathOptions,
    asks: AskOptions,
    judge: JudgeOptions,
    results: ResultOptions,
    targets: Annotated[
        Path | None, typer.Option("--targets", help="More hosts: HOST or HOST NAME a line.")
    ] = None,
) -> None:
    """Measure one-way delay, loss and reordering to each of HOSTS and back.

    Exit code 0 if the tier is kept (or none was asked for), 1 if it is kept by less than the
    warning margin, 2 if it is violated, 3 if that cannot be told: no answers, too few, or clocks
    that may be further off than the margin. Of several flows or hosts the worst decides.
    """
    from netkit.cli.commands.probe.send_many import send_many, targets_named

    options = send_options(schedule, path, asks)
    _check_skew(judge, options.count)
    require_apart(results.csv, results.interim)
    _check_place(results.csv)
    require_lines(results.interim)
    if targets is None and len(hosts or ()) == 1:
        _send_one(str((hosts or [""])[0]), path.port, options, judge, results)
        return
    if targets is None and not hosts:
        raise InputError.single("no HOST", expected="at least one, or a file with --targets")
    named = targets_named(hosts or (), targets, path.port, options)
    if results.dst is not None:
        raise InputError.argument("dst", value=results.dst, expected="one host beside it")
    with _samples_to(results.csv) as add:
        send_many(named, judge, results, add)


def _send_one(
    host: str, port: int | None, options: SendOptions, judge: JudgeOptions, results: ResultOptions
) -> None:
    from netkit.cli.commands.probe.watch import watching
    from netkit.probe.run.flows import measured
    from netkit.probe.run.send import send as probe

    host, at = host_and_port(host, port)
    bound_us = judge.bound_us
    names = results.src, results.dst or host
    # Leaving last: a file that cannot be written must not cost anybody the figures.
    with _samples_to(results.csv) as add:
        with (
            watching(host, options.count * options.flows or None, quiet=results.quiet) as shown,
            telling(results.interim, results.interim_interval.s, shown) as watch,
        ):
            result = probe(
                host, at, options, watch,
                None if results.csv is None
                else lambda samples: add((*names, sample) for sample in samples),
                before=partial(tell_pace, options),
            )  # fmt: skip
        found = measured(
            result, bound_us, judge.clock_error_ms,
            warn_margin_percent=judge.warn_margin, skew_removed=judge.remove_skew,
        )  # fmt: skip
        # Before anything is printed: that may fail too.
        add(_rows(result, *names))
        with lost_results_told():
            _print(host, at, result, found, results)
    end(found.code, in_english(summary_line, host, result, found))


def _check_skew(judge: JudgeOptions, count: int) -> None:
    """Skew is removed from samples, and long runs keep none."""
    from netkit.probe.run.fast import KEPT_PROBES, is_long

    if judge.remove_skew and is_long(count):
        expected = f"--count of 1 to {KEPT_PROBES}, whose samples are kept"
        raise InputError.single("--remove-skew", value=count, expected=expected)


def _print(
    host: str, port: int, result: SendResult, found: Measured, results: ResultOptions
) -> None:
    if results.json:
        print_json(send_to_json(host, port, result, found))
    else:
        _show(host, result, found, quiet=results.quiet)


def _show(host: str, result: SendResult, found: Measured, *, quiet: bool) -> None:
    """A table a flow and what is to be known beside it, and all of it in one line."""
    if not quiet:
        screen = console()
        for table in send_tables(host, result, found, width=screen.width):
            screen.print(table)
        print_lines(*send_remarks(result, found))
    print_lines(summary_line(host, result, found))


@contextmanager
def _samples_to(csv: Path | None) -> Iterator[Callable[[Iterable[Row]], object]]:
    """Yields what takes samples; without a file they are dropped."""
    from netkit.store.samples_csv import SampleFile

    if csv is None:
        yield lambda _rows: None
        return
    with SampleFile(csv, append=True) as file:
        yield file.add


def _check_place(csv: Path | None) -> None:
    """A file that cannot be written is better told before a long run than after it.

    One with something else in it is never written over.
    """
    from netkit.store.samples_csv import can_append

    if csv is None:
        return
    refuse_link(csv)
    if csv.is_dir() or not csv.parent.is_dir():
        raise InputError.single("--csv", value=csv, expected="a file in a folder that exists")
    if not os.access(csv if csv.exists() else csv.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(csv))
    if not can_append(csv):
        raise InputError.single(
            "--csv", value=csv, expected="a new file, or one of samples with the columns of today"
        )


def _rows(result: SendResult, src: str, dst: str) -> Iterator[Row]:
    """All samples that were kept; several flows are told apart by their source port."""
    for flow in result.flows:
        name = src if len(result.flows) == 1 else f"{src}:{flow.source_port}"
        for sample in flow.session.samples:
            yield name, dst, sample
