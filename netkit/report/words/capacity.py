"""What links lack of capacity, and why a demand is not split over several lists."""

from __future__ import annotations

from netkit.language.words import say
from netkit.model.network.elements import CapacityPool
from netkit.model.planning.reservation import Shortage, SplitObstacle, SplitRefusal
from netkit.report.words.units import gbps_text


def pool_text(pool: CapacityPool) -> str:
    """Where it is: the link or fabric, and the router that sends into it or takes from it."""
    return say("{owner} into {node}" if pool.inward else "{owner} from {node}",
               owner=pool.owner, node=pool.node)  # fmt: skip


def lack_text(short: Shortage) -> str:
    """What one pool lacks, and who has it."""
    pool, place = short.pool, pool_text(short.pool)
    if pool.capacity_bps is None or short.missing_bps is None:
        return say("crosses {place}, whose capacity nobody states", place=place)
    lack, all_ = gbps_text(short.missing_bps), gbps_text(pool.capacity_bps)
    if not short.holders:
        return say("lacks {lack} on {place}, which has {all} in all",
                   lack=lack, place=place, all=all_)  # fmt: skip
    most = ", ".join(f"{src} → {dst} {gbps_text(bps)}" for src, dst, bps in short.holders)
    return say(
        "lacks {lack} on {place}, where {held} of {all} are held, most by {holders}",
        lack=lack, place=place, held=gbps_text(short.reserved_bps), all=all_, holders=most,
    )  # fmt: skip


def more_text(short: Shortage) -> str:
    """What a pool would have to be given."""
    place = pool_text(short.pool)
    if short.missing_bps is None:
        return say("state the capacity of {place}", place=place)
    return say("give {place} {more} more", place=place, more=gbps_text(short.missing_bps))


def split_text(refusal: SplitRefusal) -> str:
    """Why a demand is not split over weighted lists."""
    match refusal.obstacle:
        case SplitObstacle.WAYPOINTS:
            return say("demands with waypoints are not split")
        case SplitObstacle.LISTS:
            return say("{lists} lists would carry it, over {most}",
                       lists=refusal.lists, most=refusal.most_lists)  # fmt: skip
        case SplitObstacle.CAPACITY:
            carried = gbps_text(refusal.carried_bps)
            return say("any number of lists would carry {carried} at most", carried=carried)
        case SplitObstacle.DISJOINT:
            return say("there is none")
