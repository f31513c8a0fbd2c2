"""Numbers for the binding SIDs of a whole plan, once all of its lists are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from netkit.errors import InputError
from netkit.model.network.addressing import MAX_BINDINGS
from netkit.model.planning.plan import PairPlan
from netkit.model.srv6.segment_list import CandidatePath, DisjointPair, Segment, Share


def numbered(pairs: Iterable[PairPlan]) -> Iterator[PairPlan]:
    """The same answers; equal lists at one node share one binding SID.

    Binding SIDs here are local to their node (RFC 8402 §5 has both kinds), so numbers are given a
    node at a time, in the order in which they come up; the same plan gives the same numbers.
    O(SIDs of the plan). Raises :class:`~netkit.errors.InputError` where a node has no more function
    numbers for them.
    """
    numbers = _Numbers()
    for pair in pairs:
        both = pair.disjoint_pair
        if not any(one.bindings for one in _lists(pair)):
            yield pair
            continue
        yield replace(
            pair,
            primary=numbers.of(pair.primary),
            backup=numbers.of(pair.backup),
            disjoint_pair=None
            if both is None
            else DisjointPair(numbers.given(both.primary), numbers.given(both.backup)),
            alternatives=tuple(numbers.given(one) for one in pair.alternatives),
            shares=numbers.shared(pair.shares),
            backup_shares=numbers.shared(pair.backup_shares),
        )


def _lists(pair: PairPlan) -> Iterator[CandidatePath]:
    """All that an answer holds."""
    if pair.primary is not None:
        yield pair.primary
    yield from pair.configured
    yield from pair.alternatives
    if pair.disjoint_pair is not None:
        yield pair.disjoint_pair.primary
        yield pair.disjoint_pair.backup


class _Numbers:
    def __init__(self) -> None:
        self._known: dict[str, dict[tuple[Segment, ...], int]] = {}

    def of(self, candidate: CandidatePath | None) -> CandidatePath | None:
        return None if candidate is None else self.given(candidate)

    def given(self, candidate: CandidatePath) -> CandidatePath:
        """The candidate with the numbers of its binding SIDs."""
        if not candidate.bindings:
            return candidate
        bindings = tuple(
            replace(one, number=self._number(one.node, candidate.segments[one.first : one.end]))
            for one in candidate.bindings
        )
        return replace(candidate, bindings=bindings)

    def shared(self, shares: tuple[Share, ...]) -> tuple[Share, ...]:
        return tuple(replace(share, candidate=self.given(share.candidate)) for share in shares)

    def _number(self, node: str, pushed: tuple[Segment, ...]) -> int:
        own = self._known.setdefault(node, {})
        number = own.setdefault(pushed, len(own))
        if number >= MAX_BINDINGS:
            raise InputError.single(
                "more binding SIDs than a node has functions for",
                value=node,
                expected=f"{MAX_BINDINGS} at most",
                remedy="Plan fewer pairs at once.",
            )
        return number
