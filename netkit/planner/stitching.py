"""Lists across operators that leave the rest of the way to the neighbour's binding SID.

The headend steers to the hand-over and over it; the border router behind it pushes what is left,
if the neighbour's IGP alone does not do it. All hand-overs, and all lists on both sides of each,
compete for the one delay budget, so the hand-over is the best one, not the nearest.
"""

from __future__ import annotations

from collections.abc import Iterator

from netkit.planner.bindings import MOST_BINDINGS, CutList, CutSearch
from netkit.planner.layouts import Cut, Layout, Part, cuts
from netkit.planner.options import PlanOptions
from netkit.planner.segments import SEARCH_LIMIT
from netkit.planner.steering import SteeringCosts


def stitched_list(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, options: PlanOptions
) -> CutList | None:
    """The list from ``src`` to ``dst`` of another operator; None where there is none.

    Least in SIDs pushed by headend and border together, then in metric, guaranteed delay; then the
    shorter list, the earlier hand-over in it, a fixed order of segments. Where none fits and
    binding SIDs are allowed, the part before the hand-over is cut as well, as seldom as can be.
    """
    search = CutSearch(costs, src, dst, bound_us, options.max_sids)
    for many in range(MOST_BINDINGS + 1 if options.binding_sids else 1):
        for sids in search.totals(many + 1):
            found = search.best(_layouts(search, many, sids))
            if found is not None:
                return found
    return None


def _layouts(search: CutSearch, many: int, sids: int) -> Iterator[Layout]:
    """The ways with ``many`` binding SIDs before the hand-over and ``sids`` SIDs in all."""
    for length in range(max(1, search.shortest), min(sids - 1, SEARCH_LIMIT) + 1):
        for over in range(length):
            rest = length - 1 - over
            following = sids - 1 - length - (rest > 0)
            if rest > search.most_pushed or not 0 <= following <= many:
                continue
            border = (Cut(over + 1, length, replaces=False),) if rest else ()
            parts = (*over * (Part.OWN,), Part.HAND_OVER, *rest * (Part.NEIGHBOUR,))
            for own in cuts(over + 1, many, following, search.most_pushed):
                yield Layout(length, (*own, *border), parts)
