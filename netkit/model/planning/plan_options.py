"""What a caller may ask of the planner beyond its demands."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.srv6.segment_list import Stitch


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """``max_sids`` bounds every list, the service SID counted, on top of the nodes' own limits.
    ``backups``: look for a disjoint backup. ``joint``: where the primary has none, decide whether
    two disjoint lists exist, exactly. ``protect``: and if so, make them primary and backup, though
    the primary then has more SIDs than it needs alone. ``algorithms``: the Flexible Algorithms
    whose SIDs lists may use beside those of algorithm 0, None for all that the network defines.
    ``reserve_backups``: a backup holds the bandwidth of its demand as well; else it only has room
    when it is planned. ``alternatives``: so many of the best paths, each with a list of its own.
    ``binding_sids``: where no list fits the platforms, cut one by binding SIDs; ``max_sids`` then
    bounds what each node pushes. ``stitch``: how the operator that traffic is handed over to is
    steered through. ``share``: a demand whose bandwidth no single list can carry is split over so
    many at the most. ``repack``: in the end demands are moved to other lists where more of them are
    carried so. ``usid``: lists are pushed as uSID containers; the fewest of these are looked for,
    and limits of SIDs count them.
    """

    max_sids: int | None = None
    backups: bool = True
    joint: bool = True
    protect: bool = False
    algorithms: tuple[int, ...] | None = ()
    reserve_backups: bool = True
    alternatives: int = 0
    binding_sids: bool = False
    stitch: Stitch = Stitch.BORDER
    share: int = 1
    repack: bool = False
    usid: bool = False
