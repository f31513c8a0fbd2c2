"""What is left of every link's capacity once demands hold theirs.

A flow is hashed onto one branch of ECMP, and nobody knows which: so a list holds the whole
bandwidth on every arc that any branch may cross, twice where a flow may cross an arc twice. A pool
of capacity without a stated figure has no room for anything: nothing can be promised of it.

Invariant: what is left of a pool is its capacity less all that is held of it (the unreserved
bandwidth of RFC 5305), to the bit, and never below 0 where the capacity is stated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from netkit.errors import ReplayError
from netkit.model.network.elements import CapacityPool
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.reservation import Reservation, Shortage
from netkit.model.srv6.segment_list import CandidatePath, Share
from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.proof.replay import Replay

Answer = TypeVar("Answer")

Loads = Mapping[int, int]
"""Bits a second by number of the pool."""

_UNSTATED = -1
_HOLDERS_NAMED = 3


class Ledger:
    """Who holds how much of each pool; pools are numbered in the order of the arcs.

    Backups hold their bandwidth as primaries do where ``reserve_backups``.
    """

    def __init__(self, igp: Igp, *, reserve_backups: bool = True) -> None:
        self._igp, self._reserve_backups = igp, reserve_backups
        network = igp.network
        numbers: dict[CapacityPool, int] = {}
        for arc in network.arcs:
            for pool in arc.pools:
                numbers.setdefault(pool, len(numbers))
        self._pools = tuple(numbers)
        self._of_arc = [tuple(numbers[pool] for pool in arc.pools) for arc in network.arcs]
        self._first, self._last = _columns(network, numbers)
        stated = [_UNSTATED if p.capacity_bps is None else p.capacity_bps for p in numbers]
        # One more pool, for arcs that have none.
        self._left: IntArray = np.array([*stated, _UNSTATED], dtype=np.int64)
        self._held: list[list[tuple[Demand, int]]] = [[] for _ in self._pools]

    def empty(self) -> Ledger:
        """One of the same pools of which nothing is held."""
        return Ledger(self._igp, reserve_backups=self._reserve_backups)

    def left_bps(self) -> IntArray:
        """What each arc still has room for, shape (m,); below 0 where that is not known."""
        left: IntArray = np.minimum(self._left[self._first], self._left[self._last])
        return left

    @property
    def count(self) -> int:
        """How many pools there are."""
        return len(self._pools)

    def left(self, pool: int) -> int:
        """What a pool still has room for; below 0 where that is not known."""
        return int(self._left[pool])

    def pools_of(self, arcs: Iterable[int]) -> tuple[int, ...]:
        """The pools that a flow over ``arcs`` loads, each once, ascending."""
        return tuple(sorted({pool for arc in arcs for pool in self._of_arc[arc]}))

    def of_arcs(self, figures: FloatArray) -> FloatArray:
        """The sum of the figures of each arc's pools, shape (m,)."""
        padded = np.append(figures, 0.0)
        last: FloatArray = np.where(self._first == self._last, 0.0, padded[self._last])
        return padded[self._first] + last

    def arcs_without(self, bandwidth_bps: int) -> BoolArray:
        """The arcs without room for so much, shape (m,)."""
        arcs_without: BoolArray = self.left_bps() < bandwidth_bps
        return arcs_without

    def largest_fit(self, bandwidth_bps: int, has_list: Callable[[int], bool]) -> int:
        """The largest bandwidth below ``bandwidth_bps`` for which there is a list now; 0 where
        there is none. It is what some arc has left, and more than fits fits never: so it is found
        by halving."""
        steps = [int(bps) for bps in np.unique(self.left_bps()) if 0 < bps < bandwidth_bps]
        low, high = 0, len(steps)
        while low < high:
            middle = (low + high) // 2
            if has_list(steps[middle]):
                low = middle + 1
            else:
                high = middle
        return steps[low - 1] if low else 0

    def loads(self, lists: Iterable[tuple[CandidatePath, int]]) -> Loads:
        """What lists, each with its bandwidth, put on each pool at the most."""
        loads: Counter[int] = Counter()
        for candidate, bandwidth_bps in lists:
            nodes = candidate.path.nodes
            replay = Replay(self._igp, nodes[0], candidate.segments, nodes[-1])
            for arc, times in replay.crossings.items():
                for pool in self._of_arc[arc]:
                    loads[pool] += times * bandwidth_bps
        return loads

    def held_by(self, answer: PairPlan) -> Loads:
        """What the lists of an answer put on each pool; of a split by weight."""
        bandwidth_bps = answer.demand.bandwidth_bps or 0
        if answer.shares:
            loads = Counter(self.shared_loads(answer.shares, bandwidth_bps))
            if answer.backup_shares and self._reserve_backups:
                loads.update(self.shared_loads(answer.backup_shares, bandwidth_bps))
            return loads
        lists = (answer.primary, answer.backup if self._reserve_backups else None)
        return self.loads((one, bandwidth_bps) for one in lists if one is not None)

    def hold(self, answer: PairPlan) -> None:
        """Hold what the lists of an answer need."""
        self.reserve(answer.demand, self.held_by(answer))

    def shared_loads(self, shares: Sequence[Share], bandwidth_bps: int) -> Loads:
        """What a bandwidth split by weight puts on each pool, rounded up to whole bits."""
        parts = self.loads((share.candidate, share.weight) for share in shares)
        whole = sum(share.weight for share in shares)
        return {pool: -(-bandwidth_bps * part // whole) for pool, part in parts.items()}

    def overrun(self, loads: Loads) -> BoolArray:
        """The arcs whose pools have less left than ``loads``, shape (m,)."""
        short = np.zeros(len(self._left), dtype=np.bool_)
        short[[pool for pool, load in loads.items() if load > self._left[pool]]] = True
        over: BoolArray = short[self._first] | short[self._last]
        return over

    def reserve(self, demand: Demand, loads: Loads) -> None:
        """Hold ``loads`` for ``demand``; raises ReplayError where a pool has not enough left."""
        for pool, load in loads.items():
            if load > self._left[pool]:
                raise ReplayError(f"{self._pools[pool]} has no room for {load} bit/s")
        for pool, load in sorted(loads.items()):
            self._left[pool] -= load
            self._held[pool].append((demand, load))

    def shortages(self, loads: Loads) -> tuple[Shortage, ...]:
        """The pools with less left than ``loads``, in order of their numbers."""
        return tuple(
            self._shortage(pool, load)
            for pool, load in sorted(loads.items())
            if load > self._left[pool]
        )

    def reservations(self) -> tuple[Reservation, ...]:
        """The pools of which anything is held, in the order of links and headends."""
        found = [
            Reservation(pool, sum(load for _, load in held), len(held))
            for pool, held in zip(self._pools, self._held, strict=True)
            if held
        ]
        return tuple(
            sorted(found, key=lambda one: (one.pool.owner, one.pool.node, one.pool.inward))
        )

    def _shortage(self, pool: int, load: int) -> Shortage:
        held = sorted(self._held[pool], key=lambda one: -one[1])
        holders = tuple((demand.src, demand.dst, bps) for demand, bps in held[:_HOLDERS_NAMED])
        stated = self._pools[pool].capacity_bps is not None
        missing = load - int(self._left[pool]) if stated else None
        return Shortage(self._pools[pool], sum(bps for _, bps in held), missing, holders)


def first_with_room(
    ledger: Ledger,
    bandwidth_bps: int,
    search: Callable[[BoolArray], Answer],
    loads: Callable[[Answer], Loads],
) -> Answer:
    """The first answer whose ``loads`` have room, of a ``search`` that avoids arcs (m,) without.

    The arcs that are searched have room for ``bandwidth_bps`` once. A list on which a flow may
    cross a link twice needs twice the room: where there is not, the search goes on without that
    link. So it ends after m rounds at most, since an answer without loads has room.
    """
    avoided = ledger.arcs_without(bandwidth_bps)
    while True:
        answer = search(avoided)
        over = ledger.overrun(loads(answer))
        if not over.any():
            return answer
        avoided = avoided | over


def _columns(network: Network, numbers: Mapping[CapacityPool, int]) -> tuple[IntArray, IntArray]:
    """The first and the last pool of each arc; an arc has one or two, or none at all."""
    none = len(numbers)
    first = [numbers[arc.pools[0]] if arc.pools else none for arc in network.arcs]
    last = [numbers[arc.pools[-1]] if arc.pools else none for arc in network.arcs]
    return np.array(first, dtype=np.int64), np.array(last, dtype=np.int64)
