"""The mark that every process of a lab carries, and finding processes by it.

The mark is an environment variable that names the owner by process id and start time, so that a
number used again by another process is never taken for the owner; and which of its labs it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "NETKIT_LAB"

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
    """A process of an owner's lab; ``namespace`` is the inode of its network namespace."""

    pid: int
    mark: Mark
    lab: int
    namespace: int | None


def own_mark() -> Mark:
    """The mark of labs that this process boots."""
    pid = os.getpid()
    return Mark(pid, start_ticks(pid) or 0)


def marked_environment(lab: int) -> dict[str, str]:
    """This process's environment with its mark, for the children of its lab number ``lab``."""
    return {**os.environ, VARIABLE: f"{own_mark()}-{lab}"}


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
    prefix = f"{VARIABLE}=".encode()
    here = (_PROC / "self" / "ns" / "pid").stat().st_ino
    for entry in _PROC.iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            if (entry / "ns" / "pid").stat().st_ino != here:
                continue
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        value = next((v for v in variables if v.startswith(prefix)), None)
        text = "" if value is None else value[len(prefix) :].decode("ascii", "replace")
        mark = parse_mark(text)
        if mark is not None:
            yield MarkedProcess(int(entry.name), *mark, namespace_of(int(entry.name)))


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
