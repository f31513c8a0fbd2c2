"""Why a city gets no site for its work, or a demand no place."""

from __future__ import annotations

from netkit.language.words import marked, say
from netkit.model.placement.workload import BackupNeed, Obstacle, Refusal, Site
from netkit.report.words.units import MISSING, delay_text, gbps_text

_SECOND_SITE = {
    BackupNeed.NONE: marked("{site} is inside the bound, but no second site at all is"),
    BackupNeed.PLACE: marked("{site} is inside the bound, but no second site elsewhere is"),
    BackupNeed.DISJOINT: marked(
        "{site} is inside the bound, but no second site with disjoint lists is"
    ),
}


def refusal_text(refusal: Refusal) -> str:
    """What stands in the way, and the nearest thing that would work."""
    name = MISSING if refusal.site is None else refusal.site.name
    targets = ", ".join(refusal.targets)
    match refusal.obstacle:
        case Obstacle.TARGET:
            return say("no site is what the class wants: {targets}", targets=targets)
        case Obstacle.DISCONNECTED:
            sites = ", ".join(site.name for site in refusal.sites)
            return say("no list reaches {sites} and back", sites=sites)
        case Obstacle.DELAY:
            return say(
                "the nearest of what it may use ({targets}) is {site} at {delay}, {over} over the "
                "bound of {bound}",
                targets=targets, site=name, delay=delay_text(refusal.delay_us),
                over=delay_text(refusal.excess_us), bound=delay_text(refusal.bound_us),
            )  # fmt: skip
        case Obstacle.BACKUP:
            return say(_SECOND_SITE[refusal.backup], site=name)
        case Obstacle.CAPACITY:
            sites = ", ".join(map(_limited, refusal.sites))
            if refusal.amount is None:
                return say("no room left at {sites}", sites=sites)
            return say("no room left for {amount} in one piece at {sites}",
                       amount=f"{refusal.amount:g}", sites=sites)  # fmt: skip


def _limited(site: Site) -> str:
    """A site with what it can take, where a limit is known."""
    limits = [] if site.capacity is None else [f"{site.capacity:g}"]
    limits += [] if site.bandwidth_bps is None else [gbps_text(site.bandwidth_bps)]
    return f"{site.name} ({', '.join(limits)})" if limits else site.name
