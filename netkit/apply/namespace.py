"""Which kernel it is about: its namespace, by name, and by what tells it from all others ever.

A namespace's inode is given to another one once it is gone; its cookie never is (SO_NETNS_COOKIE,
Linux 5.14), until the machine boots again, which its boot id tells.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyroute2 import netns

from netkit.errors import InputError, PrivilegeError

_SO_NETNS_COOKIE = 71
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_NAMED = Path("/run/netns")


@dataclass(frozen=True, slots=True)
class Identity:
    """The namespace of the calling thread, in this run of the machine."""

    boot: str
    cookie: int

    @property
    def name(self) -> str:
        """For names of files."""
        return f"{self.cookie:x}"


def identity() -> Identity:
    """Of the namespace that the calling thread is in."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        packed = asked.getsockopt(socket.SOL_SOCKET, _SO_NETNS_COOKIE, 8)
    return Identity(_BOOT_ID.read_text().strip(), struct.unpack("=Q", packed)[0])


@contextmanager
def inside(name: str | None) -> Iterator[None]:
    """Be in the namespace that ``ip netns`` calls ``name``; None is where we are.

    Raises:
        InputError: there is none of that name.
        PrivilegeError: it may not be entered.
    """
    if name is None:
        yield
        return
    known = sorted(path.name for path in _NAMED.iterdir()) if _NAMED.is_dir() else []
    if name not in known:
        raise InputError.single(
            "no such namespace", value=name, expected=", ".join(known) or "one of ip netns list",
            field="netns",
        )  # fmt: skip
    try:
        netns.pushns(name)
    except OSError as error:
        raise PrivilegeError(
            f"{name}: a namespace is entered with CAP_SYS_ADMIN ({os.strerror(error.errno or 0)}):"
            " run it as root"
        ) from error
    try:
        yield
    finally:
        netns.popns()
