"""The mark that every process of a lab carries, and finding processes by it.

The mark is an environment variable that names the owner by process id and start time, so that a
number used again by another process is never taken for the owner; and which of its labs it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

VARIABLE = "NETKIT_LAB"
LABEL, NODE, INDEX = "NETKIT_LAB_NAME", "NETKIT_LAB_NODE", "NETKIT_LAB_SID_INDEX"
"""What the lab is called, which of its nodes a process stands for, and a router's SID index."""

_MARK = re.compile(r"(\d+)-(\d+)-(\d+)", re.ASCII)

_PROC = Path("/proc")
_START_TIME_FIELD = 19
"""Place of ``starttime`` after the command name in ``/proc/PID/stat`` (proc(5) field 22)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Who owns a lab: process id, and its start in clock ticks since boot."""

    pid: int
    start_ticks: int

    def __str__(self) -> str:
        return f"{self.pid}-{self.start_ticks}"

    @property
    def alive(self) -> bool:
        """Whether the very process that the mark names still runs."""
        return start_ticks(self.pid) == self.start_ticks


@dataclass(frozen=True, slots=True)
class MarkedProcess:
    """A process of an owner's lab; ``namespace`` is the inode of its network namespace.

    ``label`` is the lab's name, ``variables`` its environment.
    """

    pid: int
    mark: Mark
    lab: int
    namespace: int | None
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What the lab is called; empty where it has no name."""
        return self.variables.get(LABEL, "")

    @property
    def node(self) -> str | None:
        """The node that it is the shell of; None for any other process."""
        return self.variables.get(NODE)


def own_mark() -> Mark:
    """The mark of labs that this process boots."""
    pid = os.getpid()
    return Mark(pid, start_ticks(pid) or 0)


def marked_environment(lab: int, label: str = "") -> dict[str, str]:
    """This process's environment with its mark, for the children of its lab number ``lab``."""
    return {**os.environ, VARIABLE: f"{own_mark()}-{lab}", LABEL: label}


def parse_mark(text: str) -> tuple[Mark, int] | None:
    """The owner and the number of its lab that ``text`` names, if it is a mark."""
    found = _MARK.fullmatch(text)
    return None if found is None else (Mark(int(found[1]), int(found[2])), int(found[3]))


def start_ticks(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None if it is gone or a zombie."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[_START_TIME_FIELD])


def marked_processes() -> list[MarkedProcess]:
    """Every process of this PID namespace that carries a lab's mark and may be looked into.

    A container's processes are seen from outside, but their marks name their owners by numbers of
    the container: from here nobody can say whether an owner runs.
    """
    return list(_search())


def _search() -> Iterator[MarkedProcess]:
    here = (_PROC / "self" / "ns" / "pid").stat().st_ino
    for entry in _PROC.iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            if (entry / "ns" / "pid").stat().st_ino != here:
                continue
            raw = (entry / "environ").read_bytes()
        except OSError:
            continue
        if VARIABLE.encode() not in raw:
            continue
        variables = _variables(raw)
        mark = parse_mark(variables.get(VARIABLE, ""))
        if mark is not None:
            pid = int(entry.name)
            yield MarkedProcess(pid, *mark, namespace_of(pid), variables)


def _variables(raw: bytes) -> dict[str, str]:
    """Of two values for a name the first counts, as it does for the C library."""
    pairs = (entry.partition("=") for entry in raw.decode("utf-8", "replace").split("\0"))
    found: dict[str, str] = {}
    for name, _, value in pairs:
        found.setdefault(name, value)
    return found


def namespace_of(pid: int) -> int | None:
    """The inode that identifies a process's network namespace; None if it is gone."""
    try:
        return (_PROC / str(pid) / "ns" / "net").stat().st_ino
    except OSError:
        return None


def namespaces_in_use() -> set[int]:
    """Inodes of all network namespaces in which some process lives."""
    pids = (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal())
    return {inode for inode in map(namespace_of, pids) if inode is not None}
