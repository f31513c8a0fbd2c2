"""Many datagrams in one system call: ``recvmmsg`` and ``sendmmsg`` over arrays made once.

A ring holds the headers, addresses, payloads and control messages of a fixed number of datagrams,
as numpy arrays that the kernel reads and writes in place; nothing is allocated a packet. The
layouts are those of the Linux ABI on 64-bit machines (``struct mmsghdr``, ``struct iovec``).

This file touches no socket: it gets file descriptors.
"""

from __future__ import annotations

import ctypes
import errno
import socket

import numpy as np
from numpy.typing import NDArray

from netkit.probe.kernel.control_messages import CONTROL_BYTES

NAME_BYTES = 28
"""Room for the longest socket address of IP: struct sockaddr_in6."""

_IOVEC = np.dtype([("base", np.uintp), ("bytes", np.uintp)], align=True)
_MSGHDR = np.dtype(
    [
        ("name", np.uintp),
        ("name_bytes", np.uint32),
        ("iovec", np.uintp),
        ("iovecs", np.uintp),
        ("control", np.uintp),
        ("control_bytes", np.uintp),
        ("flags", np.int32),
    ],
    align=True,
)
_MMSGHDR = np.dtype([("header", _MSGHDR), ("bytes", np.uint32)], align=True)

_LIBC = ctypes.CDLL(None, use_errno=True)
_MESSAGES = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)
_LIBC.sendmmsg.argtypes = _MESSAGES
_LIBC.recvmmsg.argtypes = (*_MESSAGES, ctypes.c_void_p)


class _Ring:
    """Room for ``slots`` datagrams of up to ``slot_bytes`` each, and their mmsghdr array."""

    def __init__(self, slots: int, slot_bytes: int) -> None:
        self.slots = slots
        self.data: NDArray[np.uint8] = np.zeros((slots, slot_bytes), np.uint8)
        self.names: NDArray[np.uint8] = np.zeros((slots, NAME_BYTES), np.uint8)
        self.control: NDArray[np.uint8] = np.zeros((slots, CONTROL_BYTES), np.uint8)
        self._iovecs = np.zeros(slots, _IOVEC)
        self._iovecs["base"] = _addresses(self.data)
        self._iovecs["bytes"] = slot_bytes
        self._headers = np.zeros(slots, _MMSGHDR)
        header = self._headers["header"]
        header["name"] = _addresses(self.names)
        header["iovec"] = _addresses(self._iovecs)
        header["iovecs"] = 1
        header["control"] = _addresses(self.control)
        self._name_bytes = header["name_bytes"]
        self._control_bytes = header["control_bytes"]
        self._bytes = self._headers["bytes"]
        self._flags = header["flags"]


class ReceiveRing(_Ring):
    """After :meth:`receive` returned n, the first n rows of every array are what arrived."""

    def __init__(self, slots: int, slot_bytes: int) -> None:
        super().__init__(slots, slot_bytes)
        self._name_bytes[:] = NAME_BYTES
        self._control_bytes[:] = CONTROL_BYTES
        self._used = 0

    def receive(self, descriptor: int, flags: int = 0) -> int:
        """Take what is there, without waiting; 0 if nothing is, or an ICMP error stands first."""
        self._name_bytes[: self._used] = NAME_BYTES
        self._control_bytes[: self._used] = CONTROL_BYTES
        self._used = max(
            0,
            _LIBC.recvmmsg(
                descriptor,
                self._headers.ctypes.data,
                self.slots,
                flags | socket.MSG_DONTWAIT,
                None,
            ),
        )
        return self._used

    @property
    def lengths(self) -> NDArray[np.uint32]:
        """Payload bytes of what arrived; of a longer datagram, the slot's."""
        return self._bytes[: self._used]

    @property
    def control_lengths(self) -> NDArray[np.uintp]:
        """Bytes of control messages of what arrived."""
        return self._control_bytes[: self._used]

    @property
    def name_lengths(self) -> NDArray[np.uint32]:
        """Bytes of the source address of what arrived."""
        return self._name_bytes[: self._used]


class SendRing(_Ring):
    """Fill the first rows of ``data``, ``names`` and ``control``, :meth:`shape` them, then send."""

    def shape(
        self,
        payload_bytes: int | NDArray[np.uint32],
        name_bytes: int | NDArray[np.uint32],
        control_bytes: int,
    ) -> None:
        """Say how long payloads, addresses and control messages of all rows are from now on."""
        self._iovecs["bytes"][: _rows(payload_bytes, self.slots)] = payload_bytes
        self._name_bytes[: _rows(name_bytes, self.slots)] = name_bytes
        self._control_bytes[:] = control_bytes

    def send(self, descriptor: int, first: int, end: int) -> tuple[int, int]:
        """Send rows ``first`` to ``end``; returns how many went, and errno if none did, else 0."""
        at = self._headers.ctypes.data + first * _MMSGHDR.itemsize
        sent = _LIBC.sendmmsg(descriptor, at, end - first, socket.MSG_DONTWAIT)
        if sent < 0:
            return 0, ctypes.get_errno() or errno.EIO
        return sent, 0


def _addresses(rows: NDArray[np.generic]) -> NDArray[np.uintp]:
    """The memory address of each row."""
    start, step = rows.ctypes.data, rows.strides[0]
    return np.arange(len(rows), dtype=np.uintp) * np.uintp(step) + np.uintp(start)


def _rows(value: int | NDArray[np.uint32], slots: int) -> int:
    return slots if isinstance(value, int) else len(value)
