"""What is certain of the last windows of all series, where clocks bound nothing.

A mesh is worked out anew only when a window of it has come, and a large one by its pairs, so that
it never takes long: what two sites certainly say of each other is certain with the others, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from netkit.model.measurement.window import DirectionWindow, Window, WindowKey
from netkit.stats.windows.certified import Floors, certified_windows, rests_on_the_mesh

MOST_SITES = 64
"""Sites of a mesh that is worked out as one: the time it takes grows with their third power."""

_STRETCHES = 2

_Mesh = tuple[str, ...]
"""Campaign, start and length of windows, and of a large mesh the two sites."""


FloorsOf = Callable[[str], Floors | None]
"""Light time between the sites of a campaign, None where nobody knows where they are."""


def no_floors(_campaign: str) -> None:
    """Where sites are is not stored."""


def _no_floor(_src: str, _dst: str) -> int:
    """0 always holds."""
    return 0


@dataclass(slots=True)
class Certificates:
    """Certifies the newest windows of what it is shown, and remembers what it has seen of them.

    Of each campaign it holds the windows of the last two stretches of time only: of what comes
    later than that the last windows of its flows are a mesh by themselves. ``contradicted`` are
    the windows whose mesh no clocks explain.
    """

    floors_of: FloorsOf = no_floors
    contradicted: set[WindowKey] = field(default_factory=set)
    _held: dict[tuple[str, int], dict[int, list[Window]]] = field(default_factory=dict)
    _seen: dict[_Mesh, set[WindowKey]] = field(default_factory=dict)

    def show(self, window: Window) -> None:
        """A window that may be of the mesh of a last one."""
        key = window.key
        of = self._held.setdefault((key.campaign, key.length_ns), {})
        of.setdefault(key.start_ns, []).append(window)
        if len(of) > _STRETCHES:
            del of[min(of)]

    def of(self, last: Iterable[Window]) -> Mapping[WindowKey, Window]:
        """Of those whose mesh has a window more than before, what is certain now. Lets go of the
        windows that were shown."""
        stretches: dict[_Mesh, dict[WindowKey, Window]] = defaultdict(dict)
        for one in last:
            stretches[_stretch(one.key)][one.key] = one
        for of in self._held.values():
            for one in chain.from_iterable(of.values()):
                if (stretch := _stretch(one.key)) in stretches:
                    stretches[stretch][one.key] = one
        self._held.clear()
        found: dict[WindowKey, Window] = {}
        seen: dict[_Mesh, set[WindowKey]] = {}
        against: set[WindowKey] = set()
        for stretch, some in stretches.items():
            for mesh, members in _meshes(stretch, some).items():
                known = self._seen.get(mesh, set())
                seen[mesh] = known | members.keys()
                if members.keys() <= known or not any(map(rests_on_the_mesh, members.values())):
                    against |= self.contradicted & seen[mesh]
                    continue
                floor_ns = self.floors_of(stretch[0]) or _no_floor
                certain = certified_windows(members.values(), floor_ns)
                found |= {one.key: one for one in certain.windows}
                against |= seen[mesh] if certain.contradictions else set()
        self._seen, self.contradicted = seen, against
        return found

    def contradicts(self, last: Iterable[Window]) -> Mapping[WindowKey, bool]:
        """Whether no clocks explain each of these: those of its mesh, or what its own claim of
        themselves, with which its least delay is faster than light. Windows without a delay are
        left out."""
        floors: dict[str, Floors] = {}
        found = {}
        for one in last:
            campaign, src, dst = one.key.campaign, one.key.src, one.key.dst
            if campaign not in floors:
                floors[campaign] = self.floors_of(campaign) or _no_floor
            ways = ((one.forward, src, dst), (one.backward, dst, src))
            timed = [way for way in ways if way[0].delay is not None]
            if timed:
                too_fast = any(_is_too_fast(part, floors[campaign](a, b)) for part, a, b in timed)
                found[one.key] = too_fast or one.key in self.contradicted
        return found


def _is_too_fast(part: DirectionWindow, floor_ns: int) -> bool:
    """Whether it is, however far clocks are off by what they claim."""
    if part.delay is None or part.delay.min_ns is None or part.uncertainty_ns is None:
        return False
    return part.delay.min_ns + part.uncertainty_ns < floor_ns


def _stretch(key: WindowKey) -> _Mesh:
    return key.campaign, str(key.start_ns), str(key.length_ns)


def _meshes(
    stretch: _Mesh, windows: Mapping[WindowKey, Window]
) -> dict[_Mesh, dict[WindowKey, Window]]:
    """All of a stretch as one, or each pair by itself where there are many sites."""
    sites = {site for key in windows for site in (key.src, key.dst)}
    if len(sites) <= MOST_SITES:
        return {stretch: dict(windows)}
    pairs: dict[_Mesh, dict[WindowKey, Window]] = defaultdict(dict)
    for key, one in windows.items():
        pairs[*stretch, *sorted((key.src, key.dst))][key] = one
    return pairs
