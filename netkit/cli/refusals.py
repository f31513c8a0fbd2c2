"""Errors in the words of the command line: arguments by their options.

Below this room an error names an argument as Python does (``interval_ms``); here it gets the name
under which whoever typed the command knows it (``--interval``), and the variable or the file that
its default comes from where nobody has typed it.
"""

from __future__ import annotations

from dataclasses import replace

from netkit.cli.grammar.typed import place_of_options
from netkit.errors import InputError, Problem

_COMMAND_LINE = "command line"

OPTIONS = {
    "interval_ms": "--interval",
    "timeout_ms": "--timeout",
    "request_bytes": "--size",
    "equipment_us": "--equipment",
    "hand_over_us": "--hand-over",
    "clock_error_ms": "--clock-error",
    "bound_us": "--bound",
    "bound_ms": "--bound",
    "key": "--key-file",
    "tlv_key": "--tlv-key-file",
    "exclude_srlgs": "--exclude-srlg",
    "exclude_nodes": "--exclude-node",
    "exclude_operators": "--exclude-operator",
    "avoid_regions": "--avoid-region",
    "waypoints": "--via",
}
"""Options that are not called as their argument is, or are given once for each name."""


def option_of(field: str) -> str:
    """The option that sets an argument.

    >>> option_of("route_factor"), option_of("interval_ms")
    ('--route-factor', '--interval')
    """
    return OPTIONS.get(field) or f"--{field.replace('_', '-')}"


def told(error: InputError) -> InputError:
    """The error as it is to be read beside the command."""
    return InputError(map(_told, error.problems), error.more)


def _told(problem: Problem) -> Problem:
    option = None if problem.field is None else option_of(problem.field)
    if problem.file is None:
        what, beside = option or problem.what, tuple(map(option_of, problem.beside))
        place = place_of_options(" ".join((what, *beside))) or _COMMAND_LINE
        return replace(problem, file=place, what=what, beside=beside)
    if option is not None and problem.remedy is not None:
        return replace(problem, remedy=f"{problem.remedy} with {option}")
    return problem
