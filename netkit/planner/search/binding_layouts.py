"""Where lists may be cut by binding SIDs, and what each cut asks of their segments.

Only counting: no topology here. A *cut* is a run of segments that a binding SID pushes (RFC 8986
§4.13); a *SID position* is what a layout asks of the segment in one place, so that limits of RFC
9352 §4 become masks over steps. There are O(L^2b) ways to make b cuts in L segments, b being three
at most. See docs/binding-sids.md for the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class SegmentSide(Enum):
    """Where a segment of a list across operators lies."""

    OWN = "own"
    HAND_OVER = "hand_over"
    NEIGHBOUR = "neighbour"


@dataclass(frozen=True, slots=True)
class BindingCut:
    """The segments from number ``first`` up to ``end`` are pushed at a binding SID.

    ``replaces``: that stands in the place of segment ``first - 1``, an End; else it follows it.
    """

    first: int
    end: int
    replaces: bool

    @property
    def size(self) -> int:
        """SIDs that the binding SID pushes."""
        return self.end - self.first


@dataclass(frozen=True, slots=True)
class SidPosition:
    """What one place of a list asks of the segment there.

    Its SID is processed with ``segments_left``; ``end``: it must be an End. Where it leads a
    binding SID pushes ``pushes`` SIDs, itself processed with ``binding_left``; 0 if there is none.
    ``header``: SIDs in the header that its node takes off; None if the header stays.
    """

    segments_left: int
    end: bool = False
    pushes: int = 0
    binding_left: int = 0
    header: int | None = None
    part: SegmentSide | None = None


@dataclass(frozen=True, slots=True)
class BindingLayout:
    """A list of ``length`` segments with its cuts in order; ``parts``, of each segment or none."""

    length: int
    cuts: tuple[BindingCut, ...]
    parts: tuple[SegmentSide, ...] = ()

    @property
    def size(self) -> int:
        """How many SIDs the headend pushes before the service SID."""
        return self.length - sum(cut.size - 1 + cut.replaces for cut in self.cuts)

    @property
    def items(self) -> tuple[int | BindingCut, ...]:
        """What the headend pushes before the service SID: segments by number, and cuts.

        >>> cut = BindingCut(first=2, end=4, replaces=False)
        >>> BindingLayout(5, (cut,)).items == (0, 1, cut, 4)
        True
        """
        items: list[int | BindingCut] = []
        done = 0
        for cut in self.cuts:
            items += [*range(done, cut.first - cut.replaces), cut]
            done = cut.end
        return (*items, *range(done, self.length))

    @property
    def sid_positions(self) -> tuple[SidPosition, ...]:
        """What is asked of each segment."""
        items = self.items
        left = {item: len(items) - place for place, item in enumerate(items)}
        inside = {number: cut for cut in self.cuts for number in range(cut.first, cut.end)}
        before = {cut.first - 1: cut for cut in self.cuts}
        return tuple(
            self._sid_position(number, left, inside.get(number), before.get(number))
            for number in range(self.length)
        )

    def _sid_position(
        self,
        number: int,
        left: dict[int | BindingCut, int],
        inside: BindingCut | None,
        over: BindingCut | None,
    ) -> SidPosition:
        replaced = over is not None and over.replaces
        if inside is not None:
            segments_left = inside.end - 1 - number
        else:
            segments_left = left[over if over is not None and replaced else number]
        return SidPosition(
            segments_left,
            end=replaced,
            pushes=0 if over is None else over.size,
            binding_left=0 if over is None else left[over],
            header=inside.size - 1 if inside is not None and number == inside.end - 1 else None,
            part=self.parts[number] if self.parts else None,
        )


def cuts(length: int, many: int, following: int, most: int) -> Iterator[tuple[BindingCut, ...]]:
    """All ways to make ``many`` cuts of at most ``most`` segments each, ``following`` of which
    have a binding SID that stands in no segment's place; earlier cuts first.

    >>> for (cut,) in cuts(length=3, many=1, following=1, most=2):
    ...     print(cut.first, cut.end)
    1 2
    1 3
    2 3
    """
    return _cuts(0, length, many, following, most)


def _cuts(
    start: int, length: int, many: int, following: int, most: int
) -> Iterator[tuple[BindingCut, ...]]:
    """The cuts of what comes from segment number ``start`` on."""
    if many == 0:
        if following == 0:
            yield ()
        return
    for first in range(max(start, 1), length):
        for replaces in (True, False):
            if first == start if replaces else following == 0:
                continue
            for end in range(first + 1, min(length, first + most) + 1):
                cut = BindingCut(first, end, replaces)
                left = following - (not replaces)
                for others in _cuts(end, length, many - 1, left, most):
                    yield (cut, *others)
