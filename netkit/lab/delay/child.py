"""What the lab's child processes share: their start, and writing records without waiting."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys

from netkit.errors import LabError
from netkit.lab.truth.file import write_records

_FLUSH_BYTES = 1 << 18
_PR_SET_PDEATHSIG = 1
_PR_SET_TIMERSLACK = 29


class TruthWriter:
    """Collects records and writes them in large pieces."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting = bytearray()
        self._written = 0

    def add(self, record: bytes) -> None:
        """Keep a record, and write out when many have come together."""
        self._waiting += record
        if len(self._waiting) > _FLUSH_BYTES:
            self.flush()

    def flush(self) -> int:
        """Write everything out; returns how many bytes of records the file now has.

        Raises:
            SystemExit: the file takes no more, as on a full disk. Without its truth a lab is of no
                use.
        """
        try:
            self._written += write_records(self._descriptor, self._waiting)
        except LabError as error:
            raise SystemExit(f"netkit: {error}") from None
        self._waiting.clear()
        return self._written


def adopt(arguments: list[str]) -> tuple[socket.socket, int]:
    """Take over the descriptors named by ``CONTROL TRUTH PARENT``; die with that parent."""
    control_fd, truth_fd, parent = (int(argument) for argument in arguments)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)
    libc.prctl(_PR_SET_TIMERSLACK, 1)
    return socket.socket(fileno=control_fd), truth_fd


def set_realtime(*, wanted: bool) -> bool:
    """Take the lowest real-time priority, where the machine allows it, or give it back."""
    policy = os.SCHED_FIFO if wanted else os.SCHED_OTHER
    try:
        os.sched_setscheduler(0, policy, os.sched_param(int(wanted)))
    except PermissionError:
        return False
    return True
