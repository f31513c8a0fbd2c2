"""Programs: load them past the verifier, attach them to interfaces, try them on frames."""

from __future__ import annotations

import ctypes
import os
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from netkit.bpf.assembler import INSTRUCTION
from netkit.bpf.syscall import address, bpf

SCHED_CLS: Final = 3
"""``BPF_PROG_TYPE_SCHED_CLS``: programs at traffic control."""

XDP_PROGRAM: Final = 6
"""``BPF_PROG_TYPE_XDP``: programs that see a frame before the kernel makes a packet of it."""

_LICENSE = b"GPL"
_LOG_BYTES = 1 << 20
_SHOWN_LOG = 2000
_LOAD = struct.Struct("=IIQQIIQII16sII")
_ATTACH = struct.Struct("=IIII")
_RUN = struct.Struct("=IIIIQQII")
_OUT_BYTES = 1 << 14
_NAME_BYTES = 15


class Hook(IntEnum):
    """Where at an interface (``enum bpf_attach_type`` of linux/bpf.h); TCX: Linux 6.6 and later."""

    XDP = 37
    TCX_INGRESS = 46
    TCX_EGRESS = 47


@dataclass(frozen=True, slots=True)
class TestRun:
    """What a program returned for a frame, the frame it left, and the time of one run in ns."""

    __test__ = False

    verdict: int
    frame: bytes
    run_ns: int


class Program:
    """A loaded program. It lives on where it is attached when this is closed."""

    def __init__(self, code: bytes, name: str, program_type: int = SCHED_CLS) -> None:
        """Load it.

        Raises:
            OSError: the kernel refuses; with the end of the verifier's log.
        """
        self.name = name
        self.fd = _load(code, name, program_type)

    def attach(self, ifindex: int, hook: Hook) -> None:
        """Run it for every frame at an interface of the calling thread's namespace, until the
        interface is gone."""
        bpf("program attach", _ATTACH.pack(ifindex, self.fd, hook, 0), f"program {self.name}")

    def test_run(self, frame: bytes, repeat: int = 1) -> TestRun:
        """Run it on a frame that no interface has, as the kernel's loopback would.

        Raises:
            OSError: the kernel refuses, as it does where the frame's first headers are cut.
        """
        data = ctypes.create_string_buffer(frame, len(frame))
        out = ctypes.create_string_buffer(_OUT_BYTES)
        attribute = _RUN.pack(
            self.fd, 0, len(frame), len(out), address(data), address(out), repeat, 0
        )
        _, answer = bpf("program test run", attribute, f"program {self.name}")
        _, verdict, _, length, _, _, _, run_ns = _RUN.unpack_from(answer)
        return TestRun(verdict, out.raw[:length], run_ns)

    def close(self) -> None:
        """Let go of it. May be called twice."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _load(code: bytes, name: str, program_type: int) -> int:
    """Once without a log, which costs time; if it is refused, once more for the log."""
    instructions = ctypes.create_string_buffer(code, len(code))
    license_ = ctypes.create_string_buffer(_LICENSE)
    log = ctypes.create_string_buffer(_LOG_BYTES)

    def attribute(level: int) -> bytes:
        length, where = (len(log), address(log)) if level else (0, 0)
        return _LOAD.pack(
            program_type, len(code) // INSTRUCTION.size, address(instructions), address(license_),
            level, length, where, 0, 0, name.encode()[:_NAME_BYTES], 0, 0,
        )  # fmt: skip

    try:
        return bpf("program load", attribute(0), f"program {name}")[0]
    except OSError:
        try:
            return bpf("program load", attribute(1), f"program {name}")[0]
        except OSError as error:
            said = log.value.decode(errors="replace")[-_SHOWN_LOG:].strip()
            raise OSError(error.errno, f"{error.strerror}\n{said}".strip()) from None
