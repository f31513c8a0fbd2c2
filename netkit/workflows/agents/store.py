"""Where the windows of an agent go: the database of its host, and from there the central one.

Windows are kept here first, in any case; what a central database does not have yet is delivered
once it answers, each window exactly once. A thread of its own delivers: a server that hangs, or a
network that swallows what it is given, keeps no window from being kept here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from netkit.errors import NetkitError
from netkit.model.measurement.window import Window
from netkit.probe.agent.flow import FlowKey
from netkit.store.windows.begun import begun_windows
from netkit.store.windows.spool import deliver
from netkit.store.windows.store import WindowStore, open_store

_PAUSE_S = 10.0
_LONG_S = 60.0
_WAIT = "windows are kept here and wait to be delivered"


class AgentStore:
    """A sink of windows; ``trouble`` is why the central database could not be reached at last."""

    def __init__(
        self, local: WindowStore, central: str | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._local, self._central, self._clock = local, central, clock
        self._again_s = self._since_s = 0.0
        self._delivering: threading.Thread | None = None
        self._failed: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why the central database does not have all that is kept here; None if it has."""
        if self._is_delivering() and self._clock() >= self._since_s + _LONG_S:
            return f"{_WAIT}: the central database has not answered for a minute"
        return self._failed

    def add(self, new: Sequence[Window]) -> int:
        """Keep these here, all or none; and have what waits delivered, if it is to be tried now."""
        added = self._local.add(new, to_deliver=self._central is not None)
        if self._central is None or self._is_delivering() or self._clock() < self._again_s:
            return added
        self._since_s = self._clock()
        self._delivering = threading.Thread(
            target=self._deliver, args=(self._central,), name="delivery", daemon=True
        )
        self._delivering.start()
        return added

    def finish(self) -> None:
        """Return once all that waits is delivered, or cannot be."""
        if self._delivering is not None:
            self._delivering.join()
        if self._central is not None and self._failed is None:
            self._deliver(self._central)

    def taken(self, site: str, wall_ns: int) -> set[tuple[FlowKey, int]]:
        """The flows of a site, with the lengths of their windows, whose window of now is kept: an
        agent that is started again in the same minute would store a second one of its name, now or
        once a SIGHUP gives it a flow of the agent before."""
        return {
            (FlowKey(key.campaign, key.src, key.dst, key.flow), key.length_ns)
            for key in begun_windows(self._local, site, wall_ns)
        }

    def close(self) -> None:
        """Let go of the database."""
        self._local.close()

    def _is_delivering(self) -> bool:
        return self._delivering is not None and self._delivering.is_alive()

    def _deliver(self, central: str) -> None:
        try:
            deliver(self._local, central)
            self._failed = None
        except NetkitError as error:
            self._failed = f"{_WAIT}: {error}"
            self._again_s = self._clock() + _PAUSE_S


def open_agent_store(local: str | None, central: str | None) -> AgentStore:
    """The database of this host by its URL (None: a file of this user), and the central one's URL.

    Raises what :func:`~netkit.store.windows.store.open_store` raises for the first.
    """
    return AgentStore(open_store(local), central)
