"""When the sessions of a lab send: out of step, so that their probes do not meet on the links."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from netkit.probe.sender.config import CLOSING_GAP_NS, SessionConfig


@dataclass(frozen=True, slots=True)
class StaggeredConfig(SessionConfig):
    """A session that sends at given offsets: :func:`staggered_offsets` keeps it out of step."""

    offsets_ns: tuple[int, ...] = ()

    def schedule(self) -> tuple[int, ...]:
        """The offsets, and the closing probe's."""
        return (*self.offsets_ns, self.offsets_ns[-1] + min(self.interval_ns, CLOSING_GAP_NS))


def staggered_offsets(
    sessions: int, count: int, interval_ns: int, seed: int
) -> list[tuple[int, ...]]:
    """Send times by session: one slot of each interval each, dealt out anew every interval.

    Probes are evenly spread, so that few meet in the wire, and which ones meet changes, so that no
    pair is always in another's way.
    """
    random = Random(seed)  # noqa: S311 - spreads load, guards nothing
    offsets: list[list[int]] = [[] for _ in range(sessions)]
    for round_ in range(count):
        order = random.sample(range(sessions), sessions)
        for session, slot in enumerate(order):
            offsets[session].append(round_ * interval_ns + slot * interval_ns // sessions)
    return [tuple(found) for found in offsets]
