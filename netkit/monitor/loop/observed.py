"""Windows of a link survey to least delays of paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netkit.model.measurement.window import DirectionWindow, Window
from netkit.model.units import NS_PER_US
from netkit.monitor.loop.link_delays import LinkKey, PathDelay, Resolution, resolution

FlowKey = tuple[str, str, str]
"""Source and destination, names of sites, and the flow."""


@dataclass(frozen=True, slots=True)
class SurveyedPaths:
    """The links that a flow's probes cross, and its replies; None where that is not certain."""

    there: tuple[LinkKey, ...] | None
    back: tuple[LinkKey, ...] | None


@dataclass(frozen=True)
class CampaignSurvey:
    """``paths`` by flow, ``measures``: pairs by flow; flows that are neither are ``unused``, each
    with the reason why."""

    paths: Mapping[FlowKey, SurveyedPaths]
    measures: Mapping[FlowKey, tuple[str, str]]
    unused: Mapping[FlowKey, str]

    @property
    def told(self) -> Resolution:
        """Which links can be told."""
        found = [way for one in self.paths.values() for way in (one.there, one.back) if way]
        return resolution(found)


@dataclass(frozen=True, slots=True)
class Seen:
    """The least delay of a path in one window, in µs, and how far that may be off; when that window
    ended, and how long it was."""

    links: tuple[LinkKey, ...]
    end_ns: int
    delay_us: float
    uncertainty_us: float
    length_ns: int = 0

    def counts(self, now_ns: int, interval_ns: int) -> bool:
        """Whether the window ended in the last ``interval_ns``; of longer ones in the time of two,
        as there would often be none."""
        return 0 <= now_ns - self.end_ns < max(interval_ns, 2 * self.length_ns)


def seen_in(
    windows: Iterable[Window], surveyed: Mapping[FlowKey, SurveyedPaths]
) -> tuple[Seen, ...]:
    """What windows say of the paths that are surveyed.

    The sender's windows know both directions; a reflector's are left. A delay whose clocks bound
    nothing says nothing, unless the mesh has certified it: half a round trip is never taken.
    """
    found = []
    for window in windows:
        key = window.key
        paths = surveyed.get((key.src, key.dst, key.flow))
        if paths is None or key.observer != key.src:
            continue
        end_ns = key.start_ns + key.length_ns
        for links, one in ((paths.there, window.forward), (paths.back, window.backward)):
            figure = None if links is None else _least(one)
            if links is not None and figure is not None:
                found.append(Seen(links, end_ns, *figure, key.length_ns))
    return tuple(found)


def least_delays(seen: Iterable[Seen]) -> tuple[PathDelay, ...]:
    """The least of each path: of two that are equal, the one that is surer."""
    best: dict[tuple[LinkKey, ...], Seen] = {}
    for one in seen:
        known = best.get(one.links)
        if known is None or (one.delay_us, one.uncertainty_us) < (
            known.delay_us, known.uncertainty_us,
        ):  # fmt: skip
            best[one.links] = one
    return tuple(
        PathDelay(links, one.delay_us, one.uncertainty_us) for links, one in sorted(best.items())
    )


def _least(one: DirectionWindow) -> tuple[float, float] | None:
    if one.certified_ns is not None:
        low_ns, high_ns = one.certified_ns
        return (low_ns + high_ns) / 2 / NS_PER_US, (high_ns - low_ns) / 2 / NS_PER_US
    if one.delay is None or one.delay.min_ns is None or one.uncertainty_ns is None:
        return None
    return one.delay.min_ns / NS_PER_US, one.uncertainty_ns / NS_PER_US
