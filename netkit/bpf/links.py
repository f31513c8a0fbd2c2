"""Links: programs at an interface that are there only as long as a process holds the link.

Nothing is pinned: when its holder ends, also by SIGKILL, the kernel closes its descriptors and
takes the program away (``BPF_LINK_CREATE`` at ``BPF_TCX_INGRESS``: Linux 6.6 and later).
"""

from __future__ import annotations

import ctypes
import os
import struct
from contextlib import suppress

from netkit.bpf.program import Hook, Program
from netkit.bpf.syscall import address, bpf

_LINK = struct.Struct("=IIII")
_QUERY = struct.Struct("=IIIIQI")
_BY_ID = struct.Struct("=III")
_INFO = struct.Struct("=IIQ")
_PROGRAM_INFO_BYTES, _NAME = 128, slice(64, 80)
_MOST_PROGRAMS = 64


def link(program: Program, ifindex: int, hook: Hook, flags: int = 0) -> int:
    """Run ``program`` for every frame at an interface while the returned descriptor is open.

    ``flags`` are the hook's own (``linux/if_link.h`` for XDP).

    Raises:
        OSError: the kernel is too old, or refuses.
    """
    attribute = _LINK.pack(program.fd, ifindex, hook, flags)
    return bpf("link create", attribute, f"program {program.name}")[0]


def programs_at(ifindex: int, hook: Hook) -> tuple[str, ...]:
    """The names of the programs at an interface of this namespace, in the order that they run.

    Raises:
        OSError: the kernel is too old, or does not tell this user.
    """
    ids = (ctypes.c_char * (4 * _MOST_PROGRAMS))()
    attribute = _QUERY.pack(ifindex, hook, 0, 0, address(ids), _MOST_PROGRAMS)
    _, answer = bpf("program query", attribute, f"interface {ifindex}")
    count = _QUERY.unpack_from(answer)[5]
    numbers = struct.unpack_from(f"={min(count, _MOST_PROGRAMS)}I", ids.raw)
    names: list[str] = []
    for number in numbers:
        with suppress(FileNotFoundError):  # it went meanwhile
            names.append(program_name(number))
    return tuple(names)


def program_name(number: int) -> str:
    """What the program with this number of the kernel's is called.

    Raises:
        OSError: it is gone, or the kernel does not tell this user.
    """
    descriptor, _ = bpf("program by id", _BY_ID.pack(number, 0, 0), f"program {number}")
    try:
        info = (ctypes.c_char * _PROGRAM_INFO_BYTES)()
        attribute = _INFO.pack(descriptor, len(info), address(info))
        bpf("object info", attribute, f"program {number}")
        return info.raw[_NAME].partition(b"\0")[0].decode(errors="replace")
    finally:
        os.close(descriptor)
