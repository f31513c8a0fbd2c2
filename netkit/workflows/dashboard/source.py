"""What a dashboard reads of a store: how all pairs are now, and one pair over a time.

The store is opened when it is needed and let go when it fails, so that one that goes away and
comes back is read again. Nothing is ever written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TypeVar

from netkit.errors import NetkitError, StoreError
from netkit.model.measurement.window import Window, WindowSelection
from netkit.monitor.checks import AHEAD_NS
from netkit.stats.windows.history import By, DirectionHistory
from netkit.stats.windows.newest import Fresh
from netkit.stats.windows.now import directions_now
from netkit.stats.windows.over_time import Flow, OverTime, flow_of
from netkit.store.alarms.store import AlarmStore
from netkit.store.newest.reading import newest_windows, rounds_of
from netkit.store.windows.store import WindowStore, open_store
from netkit.workflows.store.history import history
from netkit.workflows.store.over_time import MOST_ALARMS, over_time

_Found = TypeVar("_Found")


@dataclass(slots=True)
class Source:
    """Reads the store of ``url``: of ``campaign``, or all; the last ``span_ns``, or all since
    ``since_ns``, which stays where it is."""

    url: str | None
    campaign: str | None
    span_ns: int
    now_ns: Callable[[], int]
    since_ns: int | None = None
    _store: WindowStore | None = None
    _opening: Lock = field(default_factory=Lock)

    def now(self) -> OverTime:
        """Every direction in its newest window, and the alarms that are raised. Raises StoreError
        and InputError."""
        now_ns = self.now_ns()
        try:
            newest = newest_windows(
                self.url, WindowSelection(self.campaign, until_ns=now_ns + AHEAD_NS)
            )
            fresh = Fresh(now_ns).with_rounds(newest, partial(rounds_of, self.url))
        except NetkitError:
            self.close()  # a file that went away is still open, and another may take its name
            raise
        alarms = self._read(
            lambda store: AlarmStore(store).alarms(self.campaign, active=True, most=MOST_ALARMS)
        )
        return OverTime(
            *self._span(now_ns), By.ALL, directions_now(newest, fresh),
            bounds_us=_bounds(newest), alarms=alarms,
        )  # fmt: skip

    def longer(self) -> Sequence[DirectionHistory]:
        """Every direction over all of the time. Raises StoreError and InputError."""
        selection, span = WindowSelection(self.campaign), self._span(self.now_ns())
        return self._read(
            lambda store: history(store, selection, *span, By.ALL, ipdv=False).rows
        )  # fmt: skip

    def pair(self, selection: WindowSelection) -> OverTime:
        """One pair over all of the time. Raises StoreError and InputError."""
        span = self._span(self.now_ns())
        return self._read(lambda store: over_time(store, selection, span))

    def close(self) -> None:
        """Let go of the store; what is being read of it is read to its end."""
        with self._opening:
            store, self._store = self._store, None
        if store is not None:
            store.close()

    def _span(self, now_ns: int) -> tuple[int, int]:
        begin_ns = now_ns - self.span_ns if self.since_ns is None else self.since_ns
        return begin_ns, now_ns

    def _read(self, read: Callable[[WindowStore], _Found]) -> _Found:
        with self._opening:
            if self._store is None:
                self._store = open_store(self.url, reading=True)
            store = self._store
        try:
            return read(store)
        except StoreError:
            self.close()
            raise


def _bounds(newest: Sequence[Window]) -> dict[Flow, int]:
    rows = sorted(newest, key=lambda one: one.key.start_ns)
    return {
        flow_of(one.key.campaign, one.key.src, one.key.dst, one.key.flow): one.bound_us
        for one in rows if one.bound_us is not None
    }  # fmt: skip
