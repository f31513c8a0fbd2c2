"""pyroute2's socket for interfaces, addresses and rules, which Ctrl-C does not break.

It runs an event loop. A KeyboardInterrupt within leaves that stopped, and every call after it, as
those that would put a router back, raises RuntimeError. So interrupts wait for the end of a call.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pyroute2 import IPRoute

from netkit.interrupts import uninterrupted


class Links:
    """The methods of pyroute2's ``IPRoute`` of the namespace that the calling thread is in."""

    def __init__(self) -> None:
        self._route = uninterrupted(IPRoute)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(uninterrupted, getattr(self._route, name))
