"""Where the windows of an agent go: the database of its host, and from there the central one.

Windows are kept here first, in any case; what a central database does not have yet is delivered
once it answers, each window exactly once. A thread of its own delivers: a server that hangs, or a
network that swallows what it is given, keeps no window from being kept here.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from netkit.model.measurement.window import Window
from netkit.probe.agent.flow import FlowKey
from netkit.store.windows.begun import begun_windows
from netkit.store.windows.courier import Courier
from netkit.store.windows.store import WindowStore, open_store

_PAUSE_S = 10.0
_LONG_S = 60.0
_WAIT = "windows are kept here and wait to be delivered"


class AgentStore:
    """A sink of windows; ``trouble`` is why the central database could not be reached at last."""

    def __init__(
        self, local: WindowStore, central: str | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._local, self._clock = local, clock
        self._courier = None if central is None else Courier(local, central)
        self._started_s = -math.inf

    @property
    def trouble(self) -> str | None:
        """Why the central database does not have all that is kept here; None if it has."""
        if self._courier is None:
            return None
        if self._courier.busy and self._clock() >= self._started_s + _LONG_S:
            return f"{_WAIT}: the central database has not answered for a minute"
        failed = self._courier.failed
        return None if failed is None else f"{_WAIT}: {failed}"

    def add(self, new: Sequence[Window]) -> int:
        """Keep these here, all or none; and have what waits delivered, if it is to be tried now."""
        courier = self._courier
        added = self._local.add(new, to_deliver=courier is not None)
        if courier is not None and not courier.busy:
            now_s = self._clock()
            if courier.failed is None or now_s >= self._started_s + _PAUSE_S:
                self._started_s = now_s
                courier.start()
        return added

    def finish(self) -> None:
        """Return once all that waits is delivered, or cannot be."""
        if self._courier is not None and self._courier.wait() and self._courier.failed is None:
            self._courier.start()
            self._courier.wait()

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


def open_agent_store(local: str | None, central: str | None) -> AgentStore:
    """The database of this host by its URL (None: a file of this user), and the central one's URL.

    Raises what :func:`~netkit.store.windows.store.open_store` raises for the first.
    """
    return AgentStore(open_store(local), central)
