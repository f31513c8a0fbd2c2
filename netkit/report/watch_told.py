"""What the closed loop did, for those who tell it: an action, and how it went."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.emit.network_diff import NetworkDiff, Side
from netkit.monitor.loop.actions import Action


@dataclass(frozen=True, slots=True)
class Told:
    """An action that was carried out: with the difference of a change, and what failed of it."""

    action: Action
    diff: tuple[Side, Side, NetworkDiff] | None = None
    failed: str | None = None
