"""When a measured link delay is announced, and when it is left alone (RFC 8570 §5 to §7).

A link that was announced once goes through these states, for each direction by itself::

    quiet ──differs by less than the threshold, or than it may be off──> quiet, nothing is said
    quiet ──differs by more, announced long enough ago──> announced
    quiet ──differs by the accelerated threshold, and a second has passed──> announced at once

Only the accelerated threshold may shorten the time between announcements (RFC 8570 §6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netkit.model.units import NS_PER_S
from netkit.monitor.loop.link_delays import LinkDelay, LinkKey

LEAST_GAP_NS = NS_PER_S
"""No link is announced more often than once a second (RFC 8570 §7)."""


@dataclass(frozen=True, slots=True)
class Damping:
    """What RFC 8570 asks to be configurable.

    ``interval_ns`` is over how long the least delay is taken, ``announce_ns`` the inter-update
    timer, and not less. A difference counts if it is over ``threshold_us`` and over
    ``threshold_percent`` of what was announced; an accelerated one has both its own.
    """

    interval_ns: int = 120 * NS_PER_S
    announce_ns: int = 120 * NS_PER_S
    threshold_us: float = 50.0
    threshold_percent: float = 3.0
    accelerated_us: float = 500.0
    accelerated_percent: float = 20.0


@dataclass(frozen=True, slots=True)
class Announced:
    """What was last said of a link: whole µs, as IGPs have them; ``at_ns`` is None of what the
    topology came with."""

    delay_us: int
    at_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """A link whose delay is told anew; ``accelerated`` says that it could not wait."""

    link: LinkKey
    before_us: int
    delay_us: int
    uncertainty_us: float | None
    accelerated: bool


def announcements(
    measured: Iterable[LinkDelay],
    last: Mapping[LinkKey, Announced],
    damping: Damping,
    now_ns: int,
) -> tuple[Announcement, ...]:
    """The links whose delay has to be told now. What is not above zero is a clock's, and no link's.

    A link that is known by sums alone is held against the same thresholds with its share of them.
    """
    found = (_of(one, last[one.link], damping, now_ns) for one in measured if one.delay_us > 0)
    return tuple(one for one in found if one is not None)


def _of(one: LinkDelay, last: Announced, damping: Damping, now_ns: int) -> Announcement | None:
    # What was announced by a clock that was ahead keeps nothing back until then.
    gap_ns = None if last.at_ns is None or last.at_ns > now_ns else now_ns - last.at_ns
    if gap_ns is not None and gap_ns < LEAST_GAP_NS:
        return None
    differs_us = abs(one.delay_us - last.delay_us)
    if differs_us <= (one.uncertainty_us or 0.0):
        return None
    percent = 100 * differs_us / max(last.delay_us, 1)
    fast = differs_us > damping.accelerated_us and percent > damping.accelerated_percent
    slow = differs_us > damping.threshold_us and percent > damping.threshold_percent
    waited = gap_ns is None or gap_ns >= damping.announce_ns
    if not fast and not (slow and waited):
        return None
    # Rounded up: a promise that rests on it must hold.
    delay_us = -int(-one.delay_us // 1)
    return Announcement(one.link, last.delay_us, delay_us, one.uncertainty_us, fast and not waited)
