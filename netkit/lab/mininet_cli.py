"""What ``mn --custom`` needs of netkit beside topologies: a command line that fits their names.

The topologies themselves are planned by :mod:`netkit.workflows.mininet`.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from mininet.cli import CLI
from mininet.log import info

from netkit.errors import ExitCode
from netkit.lab.kernel.cleaning import end_processes
from netkit.lab.kernel.marks import marked_processes, own_mark

tell = info
"""Says a line where Mininet says its own."""


class AnyButSpace:
    """The characters that a word may have, for Python's :class:`cmd.Cmd`."""

    def __contains__(self, character: str) -> bool:
        return not character.isspace()


class BackboneCLI(CLI):  # type: ignore[misc]
    """Mininet's command line, for node names with hyphens, dots or Chinese characters in them."""

    identchars = AnyButSpace()


def leave() -> NoReturn:
    """Instead of Mininet's clean-up after an error, which ends the labs of others as well.

    Whatever this process has booted goes; then it ends with the code for errors.
    """
    end_processes(process for process in marked_processes() if process.mark == own_mark())
    sys.exit(ExitCode.UNKNOWN)
