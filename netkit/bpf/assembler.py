"""An assembler of BPF (RFC 9669): one method an instruction, labels for jumps, bytes at the end."""

from __future__ import annotations

import struct
from typing import Final, Self

INSTRUCTION: Final = struct.Struct("<BBhi")
"""Code, both registers, offset, immediate (RFC 9669 section 3.1)."""

_LDX_MEM, _STX_MEM, _ST_MEM = 0x61, 0x63, 0x62
_SIZES = {1: 0x10, 2: 0x08, 4: 0x00, 8: 0x18}
_ALU = {
    "+": 0x00, "-": 0x10, "*": 0x20, "/": 0x30, "|": 0x40, "&": 0x50,
    "<<": 0x60, ">>": 0x70, "%": 0x90, "^": 0xA0, "=": 0xB0,
}  # fmt: skip
_JUMPS = {
    "==": 0x10, ">": 0x20, ">=": 0x30, "!=": 0x50, "<": 0xA0, "<=": 0xB0,
    "s>": 0x60, "s>=": 0x70, "s<": 0xC0, "s<=": 0xD0,
}  # fmt: skip
_ALU64, _JMP, _JMP_ALWAYS, _CALL, _EXIT = 0x07, 0x05, 0x05, 0x85, 0x95
_FROM_REGISTER = 0x08
_TO_BIG_ENDIAN = 0xDC
_LOAD_64, _PSEUDO_MAP_FD = 0x18, 1
_ATOMIC_64, _COMPARE_EXCHANGE, _ADD, _FETCH = 0xDB, 0xF1, 0x00, 0x01


class Register(int):
    """A register, to be told from an immediate value."""


R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, FP = (Register(number) for number in range(11))
"""R0 is a result, R1–R5 are arguments that a call spoils, R6–R9 stay, FP is the stack's end."""


class Assembler:
    """Instructions in order; every method but :meth:`code` returns the assembler itself."""

    def __init__(self) -> None:
        self._code: list[tuple[int, int, int, int]] = []
        self._labels: dict[str, int] = {}
        self._jumps: list[tuple[int, str]] = []

    def alu(self, dst: Register, operator: str, value: int) -> Self:
        """``dst = dst operator value`` over 64 bits, unsigned; ``=`` assigns."""
        code = _ALU64 | _ALU[operator]
        if isinstance(value, Register):
            return self._emit(code | _FROM_REGISTER, dst, value)
        return self._emit(code, dst, immediate=value)

    def big_endian(self, dst: Register, size: int) -> Self:
        """The low ``size`` bytes of ``dst`` in network order; the others become 0."""
        return self._emit(_TO_BIG_ENDIAN, dst, immediate=8 * size)

    def load(self, dst: Register, size: int, base: Register, offset: int) -> Self:
        """``size`` bytes from memory; the rest of ``dst`` becomes 0."""
        return self._emit(_LDX_MEM | _SIZES[size], dst, base, offset)

    def store(self, size: int, base: Register, offset: int, value: int) -> Self:
        """``size`` bytes to memory."""
        if isinstance(value, Register):
            return self._emit(_STX_MEM | _SIZES[size], base, value, offset)
        return self._emit(_ST_MEM | _SIZES[size], base, 0, offset, value)

    def add_atomically(self, base: Register, offset: int, value: Register) -> Self:
        """Add to 8 bytes of memory that others add to at the same time."""
        return self._emit(_ATOMIC_64, base, value, offset, _ADD)

    def fetch_and_add(self, base: Register, offset: int, value: Register) -> Self:
        """The same; ``value`` is then what was there before."""
        return self._emit(_ATOMIC_64, base, value, offset, _ADD | _FETCH)

    def compare_exchange(self, base: Register, offset: int, value: Register) -> Self:
        """If the 8 bytes are still R0, put ``value`` there; R0 is then what was there before."""
        return self._emit(_ATOMIC_64, base, value, offset, _COMPARE_EXCHANGE)

    def jump(self, label: str) -> Self:
        """Go on at a label."""
        self._jumps.append((len(self._code), label))
        return self._emit(_JMP_ALWAYS)

    def jump_if(self, left: Register, operator: str, right: int, label: str) -> Self:
        """Go on at a label if both compare so, as unsigned numbers (``s<`` and such: signed)."""
        self._jumps.append((len(self._code), label))
        code = _JMP | _JUMPS[operator]
        if isinstance(right, Register):
            return self._emit(code | _FROM_REGISTER, left, right)
        return self._emit(code, left, immediate=right)

    def label(self, name: str) -> Self:
        """Name the next instruction.

        Raises:
            ValueError: there is one of that name.
        """
        if name in self._labels:
            raise ValueError(f"label {name} twice")
        self._labels[name] = len(self._code)
        return self

    def map_address(self, dst: Register, descriptor: int) -> Self:
        """The address of an open map; two instructions long."""
        self._emit(_LOAD_64, dst, _PSEUDO_MAP_FD, immediate=descriptor)
        return self._emit(0)

    def call(self, helper: int) -> Self:
        """Call a helper of the kernel by number (``enum bpf_func_id`` in linux/bpf.h)."""
        return self._emit(_CALL, immediate=helper)

    def exit(self) -> Self:
        """Return R0."""
        return self._emit(_EXIT)

    def code(self) -> bytes:
        """The program.

        Raises:
            ValueError: a jump to a label that is nowhere, or further than 32,767 instructions.
        """
        words = list(self._code)
        for at, label in self._jumps:
            if label not in self._labels:
                raise ValueError(f"no label {label}")
            code, registers, _, immediate = words[at]
            words[at] = (code, registers, self._labels[label] - at - 1, immediate)
        try:
            return b"".join(INSTRUCTION.pack(*word) for word in words)
        except struct.error as error:
            raise ValueError(f"a value does not fit into its instruction: {error}") from error

    def _emit(
        self, code: int, dst: int = 0, src: int = 0, offset: int = 0, immediate: int = 0
    ) -> Self:
        self._code.append((code, src << 4 | dst, offset, immediate))
        return self
