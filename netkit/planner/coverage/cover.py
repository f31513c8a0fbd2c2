"""A smallest set of pairs whose probes cross every link, in both directions where both are crossed.

Set cover: NP-hard, solved as a mixed integer program by HiGHS (Huangfu & Hall 2018). Pairs that
another one outdoes are left out first, and links that the same pairs cross are counted once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from netkit.planner.coverage.crossings import Crossing, LinkKey

Pair = tuple[str, str]

_NODE_LIMIT = 10_000
"""Branch-and-bound nodes after which the best set so far is taken."""

_OPTIMAL = 0


@dataclass(frozen=True, slots=True)
class Cover:
    """The pairs chosen, in the order given. ``by_chance`` are links that no pair crosses on every
    ECMP branch: a chosen pair may cross them or not. ``smallest``: proven that none is smaller."""

    pairs: tuple[Pair, ...]
    by_chance: frozenset[LinkKey]
    smallest: bool


def smallest_cover(crossings: Mapping[Pair, Sequence[Crossing]]) -> Cover:
    """The fewest of the pairs that cross every link that any of them crosses.

    Each pair has the crossings of its directions. A link counts as crossed by pairs that cross it
    on every branch; where no pair does, by those that may. The same pairs, the same set.
    """
    pairs = list(crossings)
    certain = [frozenset().union(*(one.certain for one in crossings[pair])) for pair in pairs]
    possible = [frozenset().union(*(one.possible for one in crossings[pair])) for pair in pairs]
    sure = frozenset().union(*certain)
    by_chance = frozenset().union(*possible) - sure
    crossed = [certain[place] | possible[place] & by_chance for place in range(len(pairs))]
    kept = _undominated(crossed)
    chosen, smallest = _fewest([crossed[place] for place in kept])
    return Cover(tuple(pairs[kept[place]] for place in chosen), by_chance, smallest)


def _undominated(crossed: Sequence[frozenset[LinkKey]]) -> list[int]:
    """Without those that cross nothing but what another one does; of equals the first stays."""
    order = sorted(range(len(crossed)), key=lambda place: (-len(crossed[place]), place))
    having: dict[LinkKey, set[int]] = {}
    kept = []
    for place in order:
        links = crossed[place]
        if not links or set.intersection(*(having.get(link, set()) for link in links)):
            continue
        kept.append(place)
        for link in links:
            having.setdefault(link, set()).add(place)
    return sorted(kept)


def _fewest(crossed: Sequence[frozenset[LinkKey]]) -> tuple[list[int], bool]:
    """Minimise the sum of x over x in {0, 1} with at least one crossing of each link."""
    by_link: dict[LinkKey, list[int]] = {}
    for place, links in enumerate(crossed):
        for link in links:
            by_link.setdefault(link, []).append(place)
    rows = list(dict.fromkeys(map(tuple, by_link.values())))
    if not rows:
        return [], True
    columns = np.concatenate([np.array(row) for row in rows])
    starts = np.cumsum([0, *map(len, rows)])
    matrix = csr_array((np.ones(len(columns)), columns, starts), shape=(len(rows), len(crossed)))
    found = milp(
        np.ones(len(crossed)),
        integrality=np.ones(len(crossed)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, 1, np.inf),
        options={"node_limit": _NODE_LIMIT, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return list(range(len(crossed))), False
    return np.flatnonzero(found.x > 0.5).tolist(), found.status == _OPTIMAL
