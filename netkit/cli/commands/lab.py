"""``netkit lab``: a backbone that stays; drills; can it run here; clearing what a lab left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import JsonOption, end, print_json, print_lines
from netkit.errors import ExitCode
from netkit.language.words import counted, say
from netkit.report.documents.labs.lab import cleaned_to_json, needs_to_json

if TYPE_CHECKING:
    from netkit.lab.check.requirements import Need
    from netkit.lab.kernel.cleaning import CleanReport


def check(json: JsonOption = False) -> None:
    """Try everything that the lab needs of this machine, and say what to do where it is missing.

    Exit code 0 if the lab can run here, 3 if not.
    """
    from netkit.workflows.labs.check import check as try_all

    _tell(try_all(), json=json)


def doctor(json: JsonOption = False) -> None:
    """Try everything that labs can use on this machine: what `check` tries, FRR, a boot with it.

    Exit code 0 if the lab can run here, 3 if not.
    """
    from netkit.workflows.labs.check import diagnose

    _tell(diagnose(), json=json)


def _tell(needs: list[Need], *, json: bool) -> None:
    from netkit.lab.check import machine
    from netkit.workflows.labs import check as lab_check

    optional = machine.OPTIONAL | lab_check.OPTIONAL
    if json:
        print_json(needs_to_json(needs, can_run=lab_check.works(needs)))
    else:
        for need in needs:
            mark = "ok" if need.present else ("absent" if need.name in optional else "MISSING")
            print_lines(f"{mark:8} {need.name:24} {need.detail}")
            if not need.present and need.remedy is not None:
                print_lines(f"{'':8} {'':24} -> {need.remedy}")
    if not lab_check.works(needs):
        missing = [n.name for n in needs if not n.present and n.name not in optional]
        end(ExitCode.UNKNOWN, f"the lab cannot run here: {', '.join(missing)}")


def clean(
    everything: Annotated[
        bool, typer.Option("--all", help="End labs that still run as well.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """End what a killed lab left behind: processes with a lab's mark, and their namespaces.

    Nothing without the mark is touched. Exit code 0 if nothing is left, 3 otherwise.
    """
    from netkit.lab.check.requirements import require_root
    from netkit.lab.kernel.cleaning import clean as clear

    require_root()
    report = clear(everything=everything)
    if json:
        owners, spared = ([str(mark) for mark in of] for of in (report.owners, report.spared))
        print_json(cleaned_to_json(report, clean=report.clean, owners=owners, spared=spared))
    else:
        print_lines(*_describe(report))
    if not report.clean:
        end(ExitCode.UNKNOWN, "something of a lab is left")


def _describe(report: CleanReport) -> list[str]:
    if report.processes or report.left_processes:
        owners = ", ".join(str(mark.pid) for mark in report.owners)
        lines = [
            say(
                "ended {processes} of the labs of {owners}; {namespaces} gone as well",
                processes=counted(report.processes, "process"), owners=owners,
                namespaces=counted(report.namespaces, "network namespace"),
            )
        ]  # fmt: skip
    else:
        lines = [say("nothing to clear")]
    if report.spared:
        running = ", ".join(str(mark.pid) for mark in report.spared)
        lines.append(say("labs that still run (end them with --all): {labs}", labs=running))
    if report.left_processes:
        left = ", ".join(map(str, report.left_processes))
        lines.append(say("processes that would not end: {processes}", processes=left))
    if report.left_namespaces:
        left = ", ".join(map(str, report.left_namespaces))
        lines.append(say("namespaces still in use: {namespaces}", namespaces=left))
    return lines
