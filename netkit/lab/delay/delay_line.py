"""The delaying core of the wire, without sockets or clocks: what is held, and until when.

Ends are numbered; a frame that arrives at end ``e`` leaves at ``far[e]`` when its kernel arrival
stamp plus ``delays_ns[e]`` has passed. Releases aim ``advance_ns`` earlier, which is what releasing
and forwarding cost on top, so that arrival-to-arrival over a cable comes to its delay.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netkit.lab.delay.line_shape import LineShape
from netkit.lab.delay.shaped import Passed, Shaped

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


FrameCut = tuple[int, bytes | None]
"""An end whose arrivals are lost: all of them, or those to one destination MAC address."""


class Held(NamedTuple):
    """A frame inside a cable; tuples order by due time, then by arrival.

    ``key`` is that of the STAMP packet in it, if there is one.
    """

    due_ns: int
    order: int
    entered: int
    arrival_ns: int
    frame: bytes
    key: bytes | None


class DelayLine:
    """All cables of a lab at once. ``now`` is an argument; nothing here waits."""

    def __init__(
        self, far: Sequence[int], delays_ns: Sequence[int], *, advance_ns: int = 0
    ) -> None:
        self.far = tuple(far)
        self.delays_ns = tuple(delays_ns)
        self.advance_ns = advance_ns
        self._held: list[Held] = []
        self._order = 0
        self._cut: frozenset[FrameCut] = frozenset()
        self._caught: set[int] = set()
        self._shaped: dict[int, Shaped] = {}

    def __len__(self) -> int:
        return len(self._held)

    @property
    def too_short(self) -> list[int]:
        """Ends whose delay is less than the advance: what enters there leaves at once, late."""
        return [end for end, delay in enumerate(self.delays_ns) if delay < self.advance_ns]

    def cut(self, cuts: Iterable[FrameCut]) -> None:
        """Lose what arrives at these ends from now on, and what is inside already, though they may
        be mended before it is due."""
        self._cut |= frozenset(cuts)
        self._caught |= {
            held.order for held in self._held if self._is_cut(held.entered, held.frame)
        }

    def restore(self) -> None:
        """Mend every cut."""
        self._cut = frozenset()

    def shape(self, end: int, shape: LineShape) -> None:
        """Change what becomes of frames that arrive at an end from now on; none overtakes those
        that came before it.

        Raises:
            LabError: losses that cannot be.
        """
        if end not in self._shaped:
            holds = (Passed(h.arrival_ns, h.due_ns) for h in self._held if h.entered == end)
            self._shaped[end] = Shaped(end, holds)
        self._shaped[end].become(shape)

    def arrive(
        self, end: int, arrival_ns: int, frame: bytes, key: bytes | None = None
    ) -> Held | None:
        """Take a frame in; None if it is lost: to a cut, by chance or to a full queue."""
        if self._cut and self._is_cut(end, frame):
            return None
        shaped = self._shaped.get(end)
        if shaped is None:
            return self._hold(end, arrival_ns, arrival_ns + self.delays_ns[end], frame, key)
        due_ns = shaped.due_ns(arrival_ns, len(frame))
        if due_ns is None:
            return None
        if shaped.doubles():
            self._hold(end, arrival_ns, due_ns, frame, key)
        return self._hold(end, arrival_ns, due_ns, frame, key)

    def schedule(self, end: int, due_ns: int, frame: bytes) -> Held:
        """Put in a frame of the wire's own, to leave at ``far[end]`` at ``due_ns``."""
        return self._hold(end, due_ns, due_ns, frame, None)

    def next_release_ns(self) -> int | None:
        """When :meth:`release` has something next; None while the line is empty."""
        return self._held[0].due_ns - self.advance_ns if self._held else None

    def release(self, now_ns: int) -> Held | None:
        """The next frame whose time has come. The caller asks :meth:`lost` before sending it."""
        if not self._held or self._held[0].due_ns - self.advance_ns > now_ns:
            return None
        return heapq.heappop(self._held)

    def lost(self, held: Held) -> bool:
        """Whether a cut has caught the frame on its way. Ask once."""
        if held.order in self._caught:
            self._caught.remove(held.order)
            return True
        return bool(self._cut) and self._is_cut(held.entered, held.frame)

    def _hold(
        self, end: int, arrival_ns: int, due_ns: int, frame: bytes, key: bytes | None
    ) -> Held:
        self._order += 1
        held = Held(due_ns, self._order, end, arrival_ns, frame, key)
        heapq.heappush(self._held, held)
        return held

    def _is_cut(self, end: int, frame: bytes) -> bool:
        return (end, None) in self._cut or (end, frame[:6]) in self._cut
