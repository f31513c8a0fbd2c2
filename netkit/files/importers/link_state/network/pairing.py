"""Which adjacency of one side is which of the other.

Both ends of a link say the same addresses, or link ids (RFC 5307 §1.1). Where they say neither,
parallel links are put together by their figures, never by the order in which anything is printed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from ipaddress import ip_address, ip_interface

from netkit.files.importers.link_state.network.arcs import StateArc

Both = tuple[StateArc | None, StateArc | None]
"""There and back; one of them may be missing."""


def paired(there: Sequence[StateArc], back: Sequence[StateArc]) -> tuple[list[Both], bool]:
    """Which adjacency of one side is which of the other; and whether that had to be guessed."""
    if len(there) == len(back) == 1 and not _contradict(there[0], back[0]):
        return [(there[0], back[0])], False
    left, right = list(there), list(back)
    found: list[Both] = []
    for own, other in _KEYS:
        by_key: dict[Hashable, list[StateArc]] = defaultdict(list)
        for arc in right:
            for key in other(arc):
                by_key[key].append(arc)
        for arc in list(left):
            partner = next((one for key in own(arc) for one in by_key.get(key, ())), None)
            if partner is None or not any(one is partner for one in right):
                continue
            found.append((arc, partner))
            left = [one for one in left if one is not arc]
            right = [one for one in right if one is not partner]
    guessed = _is_guess(left, right)
    found += _by_figures(left, right)
    return sorted(found, key=_pair_order), guessed


def _pair_order(pair: Both) -> tuple[object, ...]:
    return tuple(() if arc is None else arc.order() for arc in pair)


def _by_figures(left: list[StateArc], right: list[StateArc]) -> list[Both]:
    """Those alike in metric find each other first; then the others, if nothing contradicts it."""
    found: list[Both] = []
    for same in (True, False):
        for arc in list(left):
            fits = [
                one
                for one in right
                if not _contradict(arc, one) and (not same or one.metric == arc.metric)
            ]
            if fits:
                found.append((arc, fits[0]))
                left = [one for one in left if one is not arc]
                right = [one for one in right if one is not fits[0]]
    return [*found, *((arc, None) for arc in left), *((None, arc) for arc in right)]


def _is_guess(left: Sequence[StateArc], right: Sequence[StateArc]) -> bool:
    """Is there more than one way to pair them, and does it matter which?"""
    return any(len({arc.order()[2:] for arc in side}) > 1 for side in (left, right)) and bool(
        left and right
    )


def _contradict(arc: StateArc, other: StateArc) -> bool:
    """Do both say who is at the other end, and not each other?"""
    if arc.lan != other.lan:
        return True
    stated = [
        (mine, theirs)
        for mine, theirs in zip(arc.ends, other.ends, strict=True)
        if None not in mine and None not in theirs
    ]
    return any(mine != (theirs[1], theirs[0]) for mine, theirs in stated)


_Keys = Callable[[StateArc], Iterator[Hashable]]


def _whole(arc: StateArc) -> Iterator[Hashable]:
    for kind, ends in enumerate(arc.ends):
        if None not in ends:
            yield (kind, *ends)
    if arc.lan is not None:
        yield arc.lan


def _whole_back(arc: StateArc) -> Iterator[Hashable]:
    for kind, ends in enumerate(arc.ends):
        if None not in ends:
            yield (kind, ends[1], ends[0])
    if arc.lan is not None:
        yield arc.lan


def _near(arc: StateArc) -> Iterator[Hashable]:
    return ((kind, near) for kind, (near, _) in enumerate(arc.ends) if near is not None)


def _far(arc: StateArc) -> Iterator[Hashable]:
    return ((kind, far) for kind, (_, far) in enumerate(arc.ends) if far is not None)


def _subnet(arc: StateArc) -> Iterator[Hashable]:
    """The smallest networks that a link may be, where only near ends are stated."""
    for near, _ in (arc.ipv6, arc.ipv4):
        if near is not None:
            whole = ip_address(near).max_prefixlen
            yield from (str(ip_interface(f"{near}/{whole - bits}").network) for bits in (1, 2, 3))
            if whole == 128:
                yield str(ip_interface(f"{near}/64").network)


_KEYS: tuple[tuple[_Keys, _Keys], ...] = (
    (_whole, _whole_back), (_far, _near), (_near, _far), (_subnet, _subnet),
)  # fmt: skip
