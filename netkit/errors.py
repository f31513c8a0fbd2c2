"""What can go wrong, and with which exit code a command then ends.

NetkitError
├── InputError        a file, option or value is wrong: every problem found, each with its place
├── PrivilegeError    the machine does not let this user do it: what is needed, how to get it
├── LabError          the emulated backbone could not be built, run or taken down
├── ProbeError        a measurement could not be made
└── ReplayError       a planned list left its certificate: a bug in netkit, never the user's fault
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TypeVar

_E = TypeVar("_E", bound=StrEnum)


class ExitCode(IntEnum):
    """The one table of exit codes; they are the Nagios plug-in codes."""

    OK = 0
    DEGRADED = 1
    BREACH = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One defect of an input: where it is, what stands there, what was expected, what to do."""

    file: str
    line: int | None
    what: str
    value: str | None = None
    expected: str | None = None
    remedy: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        text = f"{place}: {self.what}"
        if self.value is not None:
            text += f": {self.value}"
        if self.expected is not None:
            text += f"; expected {self.expected}"
        if self.remedy is not None:
            text += f". {self.remedy}"
        return text


class NetkitError(Exception):
    """Base of all errors that netkit raises on purpose."""

    exit_code = ExitCode.UNKNOWN


class InputError(NetkitError):
    """Input that cannot be used; ``problems`` holds every defect of the phase, in file order.

    ``more`` says how many were found beyond those, where there were too many to keep.
    """

    def __init__(self, problems: Iterable[Problem], more: int = 0) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line or 0, p.what)))
        self.more = more
        lines = [str(problem) for problem in self.problems]
        super().__init__("\n".join(lines + ([f"and {more} more"] if more else [])))

    @classmethod
    def single(
        cls,
        what: str,
        *,
        file: str = "command line",
        line: int | None = None,
        value: object = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> InputError:
        """Make the error for one defect."""
        shown = None if value is None else str(value)
        return cls([Problem(file, line, what, shown, expected, remedy)])


def chosen(kind: type[_E], word: str, option: str) -> _E:
    """The member of ``kind`` whose value is ``word``; raises InputError that names them all."""
    found = {member.value: member for member in kind}
    if word in found:
        return found[word]
    close = difflib.get_close_matches(word, found, n=1)
    remedy = f"Did you mean {close[0]}?" if close else None
    raise InputError.single(option, value=word, expected=" or ".join(found), remedy=remedy)


class PrivilegeError(NetkitError):
    """The operation needs a privilege that this process does not have."""


class LabError(NetkitError):
    """The emulated backbone could not be built, run or taken down."""


class ProbeError(NetkitError):
    """A measurement could not be made at all."""


class ReplayError(NetkitError):
    """Replaying a segment list through the IGP contradicts what the planner promised."""


class WireError(ValueError):
    """Bytes that are no packet of the kind asked for, or a value that no field can carry."""


class AuthenticationError(WireError):
    """A packet whose HMAC is not that of the key: damaged, forged, or of another key."""
