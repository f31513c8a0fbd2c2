"""Rings through all sites of which no two share a pair: each ring gives every site two peers.

Walecki's construction (Lucas, Récréations mathématiques, 1883; Alspach, The wonderful Walecki
construction, 2008) splits all pairs of an odd number of sites into rings. For an even number one
site is put between two neighbours of each ring of the others, other neighbours each time. Either
way there are as many rings as any construction could have: ⌊(n - 1) / 2⌋.
"""

from __future__ import annotations

from collections.abc import Sequence

from netkit.errors import InputError


def most_rings(sites: int) -> int:
    """How many rings without a common pair go through so many sites."""
    return max(0, (sites - 1) // 2)


def disjoint_rings(sites: Sequence[str], rings: int) -> list[tuple[str, ...]]:
    """The first ``rings`` rings, each as the sites in order; the last is next to the first.

    Raises :class:`~netkit.errors.InputError` where there are fewer. O(n · rings).

    >>> disjoint_rings(["a", "b", "c", "d", "e"], 2)
    [('e', 'a', 'b', 'd', 'c'), ('e', 'b', 'c', 'a', 'd')]
    """
    most = most_rings(len(sites))
    if rings > most:
        raise InputError.single(
            "rings without a common pair",
            value=f"{rings} through {len(sites)} sites",
            expected=f"at most {most}" if most else "at least 3 sites",
        )
    odd = len(sites) % 2
    turned, hub = (sites[:-1], sites[-1]) if odd else (sites[:-2], sites[-2])
    found = [_ring(turned, hub, turn) for turn in range(rings)]
    return found if odd else [_with(ring, sites[-1]) for ring in found]


def _ring(turned: Sequence[str], hub: str, turn: int) -> tuple[str, ...]:
    """The hub, then the others in a zigzag: 0, 1, -1, 2, -2, … all turned on by so many."""
    size = len(turned)
    zigzag = [(step + 1) // 2 * (1 if step % 2 else -1) for step in range(size)]
    return (hub, *(turned[(place + turn) % size] for place in zigzag))


def _with(ring: tuple[str, ...], site: str) -> tuple[str, ...]:
    """``site`` between the two that lie half the sites apart; turning moves them on together."""
    middle = len(ring) // 2 + 1
    return (*ring[:middle], site, *ring[middle:])
