"""Entering the network namespace of another process and coming back.

The kernel keeps the namespace per thread: nothing but the calling thread moves, and processes that
it starts meanwhile begin life inside.
"""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from netkit.errors import LabError

_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
_PAUSES_S = tuple(0.01 * 2**k for k in range(10))
"""Ten seconds in all for a line, for memory that a kernel makes ready in the background: routes
with segments need some without waiting (GFP_ATOMIC in ``seg6_build_state``), and a busy machine
runs out. A batch may meet that again and again."""
_NO_MEMORY, _STOPPED = os.strerror(errno.ENOMEM), "Command failed -:"


class Namespace:
    """A network namespace, held open by a descriptor, so that it can be entered by anyone here."""

    def __init__(self, pid: int, label: str) -> None:
        self.label = label
        try:
            self.fd = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise LabError(f"{label}: its process {pid} is gone ({error.strerror})") from error
        self.inode = os.fstat(self.fd).st_ino

    def close(self) -> None:
        """Let go of the namespace."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be inside for the length of a ``with`` block."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            enter(self.fd, self.label)
            try:
                yield
            finally:
                enter(home, "the namespace left behind")
        finally:
            os.close(home)

    def sysctl(self, settings: Mapping[str, str]) -> None:
        """Write kernel settings, by their path under ``/proc/sys``."""
        with self.entered():
            for name, value in settings.items():
                try:
                    Path("/proc/sys", name).write_text(value)
                except OSError as error:
                    raise LabError(f"{self.label}: {name}={value}: {error.strerror}") from error

    def has_sysctl(self, name: str) -> bool:
        """Does the kernel know this setting here?"""
        with self.entered():
            return Path("/proc/sys", name).exists()

    def batch(self, command: Sequence[str], text: str) -> None:
        """Feed ``text`` to a command that reads a batch; any line that fails is a LabError."""
        with self.entered():
            complaint = run_batch(command, text)
        if complaint is not None:
            raise LabError(f"{self.label}: {complaint}")


def run_batch(command: Sequence[str], text: str) -> str | None:
    """Feed ``text`` to a command here; None if all went well, else the failing line and why. Where
    ``ip`` or ``tc`` finds the kernel without memory it goes on from that line a moment later."""
    complaint, line, pauses_s = _complaint(command, text), 0, iter(_PAUSES_S)
    while complaint is not None and _NO_MEMORY in complaint and _STOPPED in complaint:
        was, line = line, _failed_line(complaint) or 1
        if line > was:
            pauses_s = iter(_PAUSES_S)
        pause_s = next(pauses_s, None)
        if pause_s is None:
            break
        time.sleep(pause_s)
        rest = "\n".join(text.splitlines()[line - 1 :])
        complaint = _complaint(command, "\n" * (line - 1) + rest + "\n")
    if complaint is None:
        return None
    number = _failed_line(complaint)
    if number is None:
        # ip says no number where it cannot even read a line: the one that makes it say the same.
        tries = (_complaint(command, line + "\n") for line in text.splitlines())
        number = next((n for n, said in enumerate(tries, start=1) if said == complaint), None)
    return explain_batch(command, text, complaint, number)


def _complaint(command: Sequence[str], text: str) -> str | None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    failed = done.returncode != 0 or bool(done.stderr)
    return (done.stderr or f"exit status {done.returncode}") if failed else None


def explain_batch(command: Sequence[str], text: str, complaint: str, number: int | None) -> str:
    """A failure in words, with the line that it is about."""
    lines = text.splitlines()
    if number is None or not 1 <= number <= len(lines):
        return f"{' '.join(command)}: {complaint.strip()}"
    return f"{' '.join(command)}: line {number}: {lines[number - 1]!r}: {complaint.strip()}"


def _failed_line(complaint: str) -> int | None:
    """Of ``Command failed -:7`` (ip, bridge) or ``/dev/stdin:7:1-2: Error: …`` (nft)."""
    for mark in (_STOPPED, "/dev/stdin:"):
        _, found, rest = complaint.partition(mark)
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        if found and digits:
            return int(digits)
    return None


def enter(fd: int, label: str) -> None:
    """Move the calling thread into the network namespace of a descriptor, for good."""
    if _LIBC.setns(fd, _CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise LabError(f"cannot enter the namespace of {label}: {os.strerror(number)}")
