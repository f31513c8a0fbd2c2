"""What links lack of capacity, and why a demand is not split over several lists."""

from __future__ import annotations

from netkit.model.network.elements import CapacityPool
from netkit.model.planning.reservation import Shortage, SplitObstacle, SplitRefusal
from netkit.report.words.units import gbps_text


def pool_text(pool: CapacityPool) -> str:
    """Where it is: the link or fabric, and the router that sends into it or takes from it."""
    return f"{pool.owner} {'into' if pool.inward else 'from'} {pool.node}"


def lack_text(short: Shortage) -> str:
    """What one pool lacks, and who has it."""
    pool, place = short.pool, pool_text(short.pool)
    if pool.capacity_bps is None or short.missing_bps is None:
        return f"crosses {place}, whose capacity nobody states"
    text = f"lacks {gbps_text(short.missing_bps)} on {place}"
    if not short.holders:
        return f"{text}, which has {gbps_text(pool.capacity_bps)} in all"
    most = ", ".join(f"{src} → {dst} {gbps_text(bps)}" for src, dst, bps in short.holders)
    held, all_ = gbps_text(short.reserved_bps), gbps_text(pool.capacity_bps)
    return f"{text}, where {held} of {all_} are held, most by {most}"


def more_text(short: Shortage) -> str:
    """What a pool would have to be given."""
    place = pool_text(short.pool)
    if short.missing_bps is None:
        return f"state the capacity of {place}"
    return f"give {place} {gbps_text(short.missing_bps)} more"


def split_text(refusal: SplitRefusal) -> str:
    """Why a demand is not split over weighted lists."""
    match refusal.obstacle:
        case SplitObstacle.WAYPOINTS:
            return "demands with waypoints are not split"
        case SplitObstacle.LISTS:
            return f"{refusal.lists} lists would carry it, over {refusal.most_lists}"
        case SplitObstacle.CAPACITY:
            return f"any number of lists would carry {gbps_text(refusal.carried_bps)} at most"
        case SplitObstacle.DISJOINT:
            return "there is none"
