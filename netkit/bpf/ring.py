"""Reading a BPF ring buffer (``Documentation/bpf/ringbuf.rst`` of the kernel) without waiting.

The first page is the reader's position, the second the writers'; then the data, mapped twice in a
row, so that a record that goes round the end is read in one piece. Each record has a header of 8
bytes: its length with two flags, and an offset of the kernel's own.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from typing import Final

from netkit.bpf.maps import MapKind, create_map

_POSITION = struct.Struct("=Q")
_LENGTH = struct.Struct("=I")
_BUSY: Final = 1 << 31
_DISCARDED: Final = 1 << 30
_HEADER_BYTES: Final = 8
_FREED_BYTES: Final = 1 << 16


class RingBuffer:
    """A ring buffer of ``size_bytes``, a power of two and whole pages; one reader."""

    def __init__(self, size_bytes: int, name: str) -> None:
        """Make and map it.

        Raises:
            OSError: the kernel refuses, for the size too.
        """
        self.fd = create_map(MapKind.RINGBUF, 0, 0, size_bytes, name)
        self._size = size_bytes
        page = mmap.PAGESIZE
        try:
            self._mine = mmap.mmap(self.fd, page, mmap.MAP_SHARED)
            self._theirs = mmap.mmap(
                self.fd, page + 2 * size_bytes, mmap.MAP_SHARED, mmap.PROT_READ, offset=page
            )
        except BaseException:
            os.close(self.fd)
            raise

    @property
    def waiting_bytes(self) -> int:
        """How much of it is in use."""
        written: int = _POSITION.unpack_from(self._theirs)[0]
        read: int = _POSITION.unpack_from(self._mine)[0]
        return written - read

    def read(self) -> Iterator[bytes]:
        """All records that are whole, oldest first; what has been read is free for new ones, 64 KiB
        at a time: at full load a ring fills up while it is being read."""
        at = freed = _POSITION.unpack_from(self._mine)[0]
        until = _POSITION.unpack_from(self._theirs)[0]
        try:
            while at < until:
                if at - freed >= _FREED_BYTES:
                    freed = at
                    _POSITION.pack_into(self._mine, 0, freed)
                start = mmap.PAGESIZE + at % self._size
                length = _LENGTH.unpack_from(self._theirs, start)[0]
                if length & _BUSY:
                    return
                kept, length = not length & _DISCARDED, length & ~_DISCARDED
                at += (length + 2 * _HEADER_BYTES - 1) // _HEADER_BYTES * _HEADER_BYTES
                if kept:
                    start += _HEADER_BYTES
                    yield self._theirs[start : start + length]
        finally:
            _POSITION.pack_into(self._mine, 0, at)

    def close(self) -> None:
        """Let go of it. May be called twice."""
        if self.fd >= 0:
            self._mine.close()
            self._theirs.close()
            os.close(self.fd)
            self.fd = -1
