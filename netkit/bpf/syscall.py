"""bpf(2), with every failure as an OSError that says what was tried."""

from __future__ import annotations

import ctypes
import os
import platform
from typing import Final

_NUMBERS = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "ppc64le": 361, "s390x": 351}
_LEAST_ATTRIBUTE: Final = 128
_LIBC = ctypes.CDLL(None, use_errno=True)

COMMANDS: Final = {
    "map create": 0, "map lookup": 1, "map update": 2, "map delete": 3, "program load": 5,
    "program attach": 8, "program detach": 9, "program test run": 10, "program by id": 13,
    "object info": 15, "program query": 16, "map lookup batch": 24, "link create": 28,
}  # fmt: skip
"""``enum bpf_cmd`` of linux/bpf.h, as far as it is used here."""


def bpf(command: str, attribute: bytes, what: str, fine: int = 0) -> tuple[int, bytes]:
    """Call the kernel; its result, and the attribute as the kernel left it.

    The errno ``fine`` is a result like others, -1.

    Raises:
        OSError: the kernel refuses; ``what`` says of which thing.
    """
    number = _NUMBERS.get(platform.machine())
    if number is None:
        raise OSError(f"{what}: bpf(2) has no known number on {platform.machine()}")
    size = max(len(attribute), _LEAST_ATTRIBUTE)
    buffer = ctypes.create_string_buffer(attribute, size)
    result = _LIBC.syscall(number, COMMANDS[command], buffer, size)
    if result < 0:
        error = ctypes.get_errno()
        if error == fine:
            return result, buffer.raw
        raise OSError(error, f"{what}: {command}: {os.strerror(error)}")
    return result, buffer.raw


def address(buffer: ctypes.Array[ctypes.c_char]) -> int:
    """Where a buffer lies; keep the buffer until the kernel has read it."""
    return ctypes.addressof(buffer)
