"""Maps: values that a program and this process share, by key."""

from __future__ import annotations

import ctypes
import os
import struct
from enum import IntEnum
from typing import Self

from netkit.bpf.syscall import address, bpf

_CREATE = struct.Struct("=IIIIIII16s")
_ELEMENT = struct.Struct("=IxxxxQQQ")
_NAME_BYTES = 15
_NO_PREALLOC = 1


class MapKind(IntEnum):
    """``enum bpf_map_type`` of linux/bpf.h, as far as it is used here."""

    HASH = 1
    ARRAY = 2
    LRU_HASH = 9
    LPM_TRIE = 11
    RINGBUF = 27


def create_map(
    kind: MapKind, key_bytes: int, value_bytes: int, entries: int, name: str, growing: bool = False
) -> int:
    """A new map's descriptor. A trie of prefixes takes memory as it grows, others all at once
    unless they are ``growing``.

    Raises:
        OSError: the kernel refuses.
    """
    label = name.encode()[:_NAME_BYTES]
    flags = _NO_PREALLOC if growing or kind is MapKind.LPM_TRIE else 0
    attribute = _CREATE.pack(kind, key_bytes, value_bytes, entries, flags, 0, 0, label)
    return bpf("map create", attribute, f"map {name}")[0]


class Map:
    """A map of fixed sizes. An array has all its keys (u32) from the start, with zeros."""

    def __init__(
        self,
        kind: MapKind,
        *,
        key_bytes: int,
        value_bytes: int,
        entries: int,
        name: str,
        growing: bool = False,
    ) -> None:
        self.fd = create_map(kind, key_bytes, value_bytes, entries, name, growing)
        self._name = name
        self._value_bytes = value_bytes

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._ask("map update", key, value)

    def __getitem__(self, key: bytes) -> bytes:
        """Raises KeyError where there is none."""
        try:
            return self._ask("map lookup", key, bytes(self._value_bytes))
        except FileNotFoundError:
            raise KeyError(key) from None

    def __delitem__(self, key: bytes) -> None:
        """Raises KeyError where there is none."""
        try:
            self._ask("map delete", key)
        except FileNotFoundError:
            raise KeyError(key) from None

    def close(self) -> None:
        """Let go of it; programs that use it keep it. May be called twice."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, command: str, key: bytes, value: bytes = b"") -> bytes:
        keys = ctypes.create_string_buffer(key, len(key))
        values = ctypes.create_string_buffer(value, len(value))
        attribute = _ELEMENT.pack(self.fd, address(keys), address(values) if value else 0, 0)
        bpf(command, attribute, f"map {self._name}")
        return values.raw
