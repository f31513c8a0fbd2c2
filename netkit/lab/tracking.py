"""Keeping the advance right while the lab works: forwarding costs more on some days than on others.

Every probe that leaves one cable and enters the next tells by how much it came too early or too
late. The advance follows by small steps of fixed size, up for one too late and down for one too
early, which settles at the median error 0 and is not moved by a machine that stalls now and then.
"""

from __future__ import annotations

STEP_NS = 100
MAX_ADVANCE_NS = 200_000
_MOST_ON_THE_WAY = 4096


class AdvanceTracker:
    """Follows the cost of release and forwarding by the probes of the lab itself."""

    def __init__(self) -> None:
        self._due_ns: dict[bytes, int] = {}

    def left(self, key: bytes, due_ns: int) -> None:
        """A probe has left a cable where it should enter the next one at ``due_ns``."""
        if len(self._due_ns) >= _MOST_ON_THE_WAY:
            # Probes that went to a host after their last cable never enter another.
            self._due_ns.clear()
        self._due_ns[key] = due_ns

    def entered(self, key: bytes, arrival_ns: int, advance_ns: int) -> int:
        """A probe has entered a cable; returns the advance to use from now on."""
        due_ns = self._due_ns.pop(key, None)
        if due_ns is None or arrival_ns == due_ns:
            return advance_ns
        step = STEP_NS if arrival_ns > due_ns else -STEP_NS
        return min(max(0, advance_ns + step), MAX_ADVANCE_NS)
