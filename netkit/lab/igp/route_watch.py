"""When routers change their routes, as their kernels tell: nothing is polled.

Each router's kernel multicasts every route that is set or withdrawn (rtnetlink(7), the group
``RTMGRP_IPV6_ROUTE``).
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from netkit.errors import LabError
from netkit.lab.kernel.netns import Namespace

RTPROT_ISIS: Final = 187
"""Who set a route: what FRR says of its IS-IS (``linux/rtnetlink.h``)."""

_IPV6_ROUTES = 0x400
_RTM_NEWROUTE, _RTM_DELROUTE = 24, 25
_HEADER = struct.Struct("=IHHII")
_ROUTE = struct.Struct("=BBBBBBBBI")
_MESSAGES_BYTES = 1 << 20
_LOOK_S = 0.2


class RouteChange(NamedTuple):
    """A router has set or withdrawn a route at this moment, ns since 1970."""

    at_ns: int
    router: str


def protocols(messages: bytes) -> Iterator[int]:
    """Who set each route that these messages of the kernel's are about.

    >>> message = _HEADER.pack(28, 24, 0, 0, 0) + _ROUTE.pack(10, 48, 0, 0, 254, 187, 0, 1, 0)
    >>> list(protocols(message + message))
    [187, 187]
    """
    at = 0
    while at + _HEADER.size <= len(messages):
        length, kind, *_ = _HEADER.unpack_from(messages, at)
        whole = length >= _HEADER.size + _ROUTE.size and at + length <= len(messages)
        if whole and kind in (_RTM_NEWROUTE, _RTM_DELROUTE):
            yield _ROUTE.unpack_from(messages, at + _HEADER.size)[5]
        at += max(_HEADER.size, (length + 3) & ~3)


class RouteWatch:
    """Listens in all routers from when it is made until :meth:`stop`."""

    def __init__(self, namespaces: Mapping[str, Namespace], protocol: int = RTPROT_ISIS) -> None:
        self.changes: list[RouteChange] = []
        self._protocol = protocol
        self._selector = selectors.DefaultSelector()
        self._stopping = threading.Event()
        for router, namespace in namespaces.items():
            self._selector.register(_listener(namespace), selectors.EVENT_READ, router)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no more; may be called twice."""
        self._stopping.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]

    def _listen(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(_LOOK_S):
                self._read(key.fileobj, key.data)  # type: ignore[arg-type]

    def _read(self, listener: socket.socket, router: str) -> None:
        now_ns = time.time_ns()
        try:
            messages = listener.recv(_MESSAGES_BYTES)
        except OSError:  # there were more than its buffer holds: something has changed
            self.changes.append(RouteChange(now_ns, router))
            return
        if self._protocol in protocols(messages):
            self.changes.append(RouteChange(now_ns, router))


def _listener(namespace: Namespace) -> socket.socket:
    try:
        with namespace.entered():
            listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        listener.bind((0, _IPV6_ROUTES))
        listener.setblocking(False)
    except OSError as error:
        raise LabError(f"{namespace.label}: no news of its routes: {error}") from error
    return listener
