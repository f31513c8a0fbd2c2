"""Where lists may be cut by binding SIDs, and what each cut asks of their segments.

Only counting: no topology here. A *cut* is a run of segments that a binding SID pushes (RFC 8986
§4.13); a *SID position* is what is asked of the segment in one place, so that limits of RFC 9352
§4 become masks over steps. A list is laid out segment by segment: a :class:`Shape` says what is
still to come, and the same shape asks the same of the rest, whatever the cuts before it were.
See docs/binding-sids.md for the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple


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
    def order(self) -> tuple[int, bool, int]:
        """Of two ways to cut, that of least order is taken where they cost the same."""
        return self.first, not self.replaces, self.end


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


class Shape(NamedTuple):
    """What is still to come of a list that is being laid out.

    ``items``: SIDs that the headend pushes before the service SID, binding SIDs among them;
    ``many``: cuts not begun yet, ``following`` of them with a binding SID in no segment's place;
    ``inside``: segments still to come of the cut that has begun, which has ``size`` in all.
    """

    items: int
    many: int
    following: int
    inside: int = 0
    size: int = 0

    def cut(self, size: int, *, replaces: bool) -> Shape:
        """After the binding SID of a cut of that size, in the place of a segment or behind it."""
        following = self.following - (not replaces)
        return Shape(self.items - (not replaces), self.many - 1, following, size, size)


DONE = Shape(0, 0, 0)


class Choice(NamedTuple):
    """What the next segment may be: what is asked of it, what then is to come, and whether a cut
    begins behind it (with a binding SID in its place, or following it)."""

    position: SidPosition
    shape: Shape
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Layouts:
    """All ways to cut lists in which no binding SID pushes more than ``most`` SIDs.

    ``beyond``: segments behind the hand-over to another operator, which its border pushes, as the
    last cut and one of those that follow a segment; None if the list stays with one operator.
    """

    most: int
    beyond: int | None = None

    def choices(self, shape: Shape, left: int) -> Iterator[Choice]:
        """For the next of ``left`` segments; those that lead nowhere are among them.

        >>> for choice in Layouts(most=2).choices(Shape(items=2, many=1, following=0), left=2):
        ...     print(choice.position.pushes, choice.shape == Shape(1, 0, 0, inside=1, size=1))
        0 False
        1 True
        """
        part = self._part(left)
        if shape.inside > 1:
            following = shape._replace(inside=shape.inside - 1)
            yield Choice(SidPosition(shape.inside - 1, part=part), following)
        elif shape.inside:
            last = SidPosition(0, header=shape.size - 1, part=part)
            yield from self._ending(last, shape._replace(inside=0, size=0), left)
        elif shape.items:
            after = shape._replace(items=shape.items - 1)
            yield from self._ending(SidPosition(shape.items, part=part), after, left)
            for size in self._own_sizes(shape, left):
                here = SidPosition(shape.items, True, size, shape.items, part=part)
                yield Choice(here, after.cut(size, replaces=True), begins=True)

    def _ending(self, here: SidPosition, after: Shape, left: int) -> Iterator[Choice]:
        """The segment alone, or followed by the binding SID of a cut."""
        if self.beyond and left == self.beyond + 1:
            sizes = range(self.beyond, self.beyond + (after[1:3] == (1, 1)))
        else:
            yield Choice(here, after)
            sizes = self._own_sizes(after, left) if self._own(after.following) else range(0)
        for size in sizes if after.items else ():
            leads = replace(here, pushes=size, binding_left=after.items)
            yield Choice(leads, after.cut(size, replaces=False), begins=True)

    def _own_sizes(self, shape: Shape, left: int) -> range:
        """How long a cut of the headend's operator can be that begins behind the next segment."""
        most = min(self.most, left - 1 - (self.beyond or 0))
        return range(1, most + 1) if self._own(shape.many) else range(0)

    def _own(self, cuts: int) -> int:
        """Of these, how many are not the border's."""
        return cuts - bool(self.beyond)

    def _part(self, left: int) -> SegmentSide | None:
        if self.beyond is None:
            return None
        if left == self.beyond + 1:
            return SegmentSide.HAND_OVER
        return SegmentSide.OWN if left > self.beyond else SegmentSide.NEIGHBOUR
