"""``netkit probe send HOST HOST …``: several targets by hand, in one event loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from netkit.cli.commands.probe.interim import telling
from netkit.cli.commands.probe.watch_many import watching_many
from netkit.cli.common import console, end, lost_results_told, print_json, print_lines
from netkit.cli.options.probe_results import JudgeOptions, ResultOptions
from netkit.cli.options.probe_values import host_and_port
from netkit.errors import ExitCode, InputError, Problem
from netkit.language.chosen import in_english
from netkit.language.words import counted, say
from netkit.model.verdict import worst_code
from netkit.report.documents.probe.many import many_to_json
from netkit.report.kind_words import code_word

if TYPE_CHECKING:
    from netkit.model.measurement.sample_row import Row
    from netkit.probe.run.flows import Measured
    from netkit.probe.run.many import ManyWatch, Target, TargetResult
    from netkit.probe.run.send_options import SendOptions
    from netkit.probe.sender.result import Snapshot

Found = Sequence[tuple["TargetResult", "Measured | None"]]
AddRows = Callable[[Iterable["Row"]], object]


def targets_named(
    hosts: Sequence[str], file: Path | None, port: int | None, options: SendOptions
) -> tuple[Target, ...]:
    """Those of the command line, then those of the file; raises InputError for one twice."""
    from netkit.files.target_list import read_targets
    from netkit.probe.run.many import Target

    listed = () if file is None else read_targets(file)
    named: list[tuple[str, str, int | None]] = [(host, host, None) for host in hosts]
    named += [(one.host, one.name, one.line) for one in listed]
    found: dict[str, Target] = {}
    problems = []
    for word, name, line in named:
        place = None if line is None else str(file)
        try:
            host, at = host_and_port(word, port)
        except InputError as error:
            problems += [Problem(place, line, *_what(one)) for one in error.problems]
            continue
        if name in found:
            problems.append(Problem(place, line, "a target is named twice", name))
        found[name] = Target(name, (host,), at, options)
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def _what(one: Problem) -> tuple[str, str | None, str | None]:
    return one.what, one.value, one.expected


def send_many(
    targets: Sequence[Target], judge: JudgeOptions, results: ResultOptions, add: AddRows
) -> None:
    """Measure all, show one table or one document, and end with the worst of their codes."""
    from netkit.probe.run.flows import measured
    from netkit.probe.run.many import send_to_all

    bound_us = judge.bound_us
    with _watching(
        say("Probing {targets}", targets=counted(len(targets), "target")), results
    ) as watch:
        reached = send_to_all(targets, watch)
    found: Found = [
        (
            one,
            None
            if one.result is None
            else measured(
                one.result, bound_us, judge.clock_error_ms,
                warn_margin_percent=judge.warn_margin, skew_removed=judge.remove_skew,
            ),
        )
        for one in reached
    ]  # fmt: skip
    add(_rows(reached, results.src))
    code = worst_code(_code(figures) for _, figures in found)
    with lost_results_told():
        _show(found, code, results)
    end(code, in_english(_line, found, code))


@contextmanager
def _watching(title: str, results: ResultOptions) -> Iterator[ManyWatch | None]:
    """The table that lives while the run does, and lines of JSON where they were asked for."""
    with watching_many(title, quiet=results.quiet) as shown:
        if results.interim is None:
            yield shown
            return
        with telling(results.interim, results.interim_interval.s, lambda _flows: None) as tell:

            def both(rows: Sequence[tuple[Target, Snapshot]]) -> None:
                if shown is not None:
                    shown(rows)
                tell([one for _, one in rows])

            yield both


def _code(figures: Measured | None) -> ExitCode:
    return ExitCode.UNKNOWN if figures is None else figures.code


def _rows(reached: Sequence[TargetResult], src: str) -> Iterator[Row]:
    for one in reached:
        if one.result is not None:
            for sample in one.result.flows[0].session.samples:
                yield src, one.target.name, sample


def _show(found: Found, code: ExitCode, results: ResultOptions) -> None:
    from netkit.report.terminal.probe.targets import TARGETS_SHOWN, targets_table

    if results.json:
        print_json(many_to_json(found, code))
        return
    if not results.quiet:
        rows = [(one.target.name, one, figures) for one, figures in found]
        screen, limit = console(), results.rows.most(TARGETS_SHOWN)
        title = counted(len(found), "target")
        screen.print(targets_table(title, rows, width=screen.width, limit=limit))
    print_lines(_line(found, code))


def _line(found: Found, code: ExitCode) -> str:
    from netkit.report.terminal.probe.targets import reason

    ill = [(one, figures) for one, figures in found if code and _code(figures) is code]
    told = of = counted(len(found), "target")
    if ill:
        why = reason(*ill[0])
        first = ill[0][0].target.name
        told = say("{part} of {all}, {first} first", part=len(ill), all=of, first=first)
        told += f" ({why})" if why else ""
    if any(one.interrupted for one, _ in found):
        told += say("; interrupted")
    return code_word(code) + say(": ") + told
