"""What a store wants once an hour: hours and days made of windows, and what is old taken away."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.stats.windows.joined import rolled_up
from netkit.store.windows.levels import Level
from netkit.store.windows.store import WindowStore
from netkit.store.windows.upkeep.retention import Retention, prune
from netkit.store.windows.upkeep.rollup import roll_up


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How many hours were ``rolled_up``, and how many rows of each level ``removed``."""

    rolled_up: int
    removed: dict[Level, int]


def upkeep(store: WindowStore, retention: Retention, now_ns: int) -> Upkeep:
    """Roll up all hours that are over, then prune; may be ended at any moment and run again.

    Raises StoreError if the database cannot be reached or written.
    """
    hours = roll_up(store, now_ns, rolled_up)
    return Upkeep(hours, prune(store, retention, now_ns))
