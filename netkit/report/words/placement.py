"""Why a city gets no site for its work, or a demand no place."""

from __future__ import annotations

from netkit.model.placement.workload import BackupNeed, Obstacle, Refusal, Site
from netkit.report.words.units import MISSING, delay_text, gbps_text

_SECOND_SITE = {
    BackupNeed.NONE: "at all",
    BackupNeed.PLACE: "elsewhere",
    BackupNeed.DISJOINT: "with disjoint lists",
}


def refusal_text(refusal: Refusal) -> str:
    """What stands in the way, and the nearest thing that would work."""
    name = MISSING if refusal.site is None else refusal.site.name
    targets = ", ".join(refusal.targets)
    match refusal.obstacle:
        case Obstacle.TARGET:
            return f"no site is what the class wants: {targets}"
        case Obstacle.DISCONNECTED:
            return f"no list reaches {', '.join(site.name for site in refusal.sites)} and back"
        case Obstacle.DELAY:
            return (
                f"the nearest of what it may use ({targets}) is {name} at "
                f"{delay_text(refusal.delay_us)}, {delay_text(refusal.excess_us)} over the bound "
                f"of {delay_text(refusal.bound_us)}"
            )
        case Obstacle.BACKUP:
            second = f"no second site {_SECOND_SITE[refusal.backup]} is"
            return f"{name} is inside the bound, but {second}"
        case Obstacle.CAPACITY:
            whole = "" if refusal.amount is None else f" for {refusal.amount:g} in one piece"
            return f"no room left{whole} at {', '.join(map(_limited, refusal.sites))}"


def _limited(site: Site) -> str:
    """A site with what it can take, where a limit is known."""
    limits = [] if site.capacity is None else [f"{site.capacity:g}"]
    limits += [] if site.bandwidth_bps is None else [gbps_text(site.bandwidth_bps)]
    return f"{site.name} ({', '.join(limits)})" if limits else site.name
