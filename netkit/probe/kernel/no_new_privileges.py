"""No thread of this process gains a privilege any more, by set-user-ID programs for instance.

Linux keeps that promise (``no_new_privs`` of prctl(2)) for each thread, and a thread hands it to
those that it starts. Libraries start threads as they are loaded, numpy's among them: whoever loads
them first has to make them promise too. Only the synchronisation of seccomp filters does that to
other threads; the filter that is set with it lets everything pass.

Nothing else is imported here, so that the promise can be made before there are threads.
"""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

from netkit.errors import PrivilegeError

# linux/prctl.h, linux/seccomp.h, linux/filter.h
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER, _FILTER_FLAG_TSYNC = 1, 1
_BPF_RETURN, _SECCOMP_RET_ALLOW = 0x06, 0x7FFF_0000

_TASKS = Path("/proc/self/task")
_SYS_SECCOMP = {"x86_64": 317, "aarch64": 277, "riscv64": 277, "s390x": 348, "ppc64le": 358}


def renounce_new_privileges() -> None:
    """Make all threads promise; :class:`PrivilegeError` if one could not be made to."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise PrivilegeError(f"cannot renounce new privileges: {os.strerror(ctypes.get_errno())}")
    if not _TASKS.is_dir() or threads_without_promise():
        _synchronise_threads()
    left = threads_without_promise()
    if left:
        raise PrivilegeError(
            f"{len(left)} threads of this process could still gain privileges;"
            " the kernel needs CONFIG_SECCOMP_FILTER"
        )


def threads_without_promise() -> list[int]:
    """The threads of this process that could still gain a privilege; none known without /proc."""
    return [
        int(task.name)
        for task in (_TASKS.iterdir() if _TASKS.is_dir() else ())
        if "NoNewPrivs:\t0" in _status(task)
    ]


def _status(task: Path) -> str:
    """What the kernel says of a thread; nothing of one that has just ended."""
    try:
        return (task / "status").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _synchronise_threads() -> None:
    """Set a filter that lets everything pass on all threads, and with it the promise."""
    number = _SYS_SECCOMP.get(os.uname().machine)
    if number is None:
        return
    allow = ctypes.create_string_buffer(struct.pack("@HBBI", _BPF_RETURN, 0, 0, _SECCOMP_RET_ALLOW))
    # struct sock_fprog: how many instructions, and where
    program = ctypes.create_string_buffer(struct.pack("@HP", 1, ctypes.addressof(allow)))
    ctypes.CDLL(None, use_errno=True).syscall(
        number, _SECCOMP_SET_MODE_FILTER, _FILTER_FLAG_TSYNC, program
    )
