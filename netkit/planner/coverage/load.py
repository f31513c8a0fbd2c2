"""What a campaign loads sites and links with while it runs, and what of it is over a budget.

Counted are IP packets and their bits, headers of IP included and those of links not. A site sends
the probes of its flows and the replies to those of others. A flow takes one ECMP branch, nobody
knows which: so each link that it may cross is charged with all of it, and no link ever carries
more than is said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkit.model.measurement.campaign_file import Budget

if TYPE_CHECKING:
    from netkit.planner.coverage.crossings import LinkKey


@dataclass(frozen=True, slots=True)
class Rate:
    """Packets and bits a second."""

    pps: float = 0.0
    bps: float = 0.0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.pps + other.pps, self.bps + other.bps)


@dataclass(frozen=True, slots=True)
class FlowLoad:
    """A flow between two sites: the rates of its probes and of their replies, and the links that
    each may cross, None where that is not known."""

    src: str
    dst: str
    forward: Rate
    backward: Rate
    forward_links: frozenset[LinkKey] | None
    backward_links: frozenset[LinkKey] | None


@dataclass(frozen=True, slots=True)
class Load:
    """What each site sends and each link carries at the most. ``unplaced`` counts directions of
    flows whose links are not known: they load no link here."""

    sites: Mapping[str, Rate]
    links: Mapping[LinkKey, Rate]
    unplaced: int = 0


@dataclass(frozen=True, slots=True)
class Excess:
    """A site (its name) or a link that would have more than ``limit`` of ``what``: pps or bps."""

    where: str | LinkKey
    what: str
    rate: float
    limit: float


def load_of(flows: Iterable[FlowLoad]) -> Load:
    """The sum of all flows, by site and by link in a direction."""
    sites: dict[str, Rate] = {}
    links: dict[LinkKey, Rate] = {}
    unplaced = 0
    for flow in flows:
        for site, rate, crossed in (
            (flow.src, flow.forward, flow.forward_links),
            (flow.dst, flow.backward, flow.backward_links),
        ):
            sites[site] = sites.get(site, Rate()) + rate
            unplaced += crossed is None
            for link in sorted(crossed or ()):
                links[link] = links.get(link, Rate()) + rate
    return Load(sites, dict(sorted(links.items())), unplaced)


def excess(load: Load, budget: Budget) -> Iterator[Excess]:
    """Everything that is over the budget, sites before links."""
    for site, rate in load.sites.items():
        yield from _over(site, rate, budget.site_pps, budget.site_bps)
    for link, rate in load.links.items():
        yield from _over(link, rate, budget.link_pps, budget.link_bps)


def _over(
    where: str | LinkKey, rate: Rate, most_pps: float | None, most_bps: float | None
) -> Iterator[Excess]:
    for what, value, limit in (("pps", rate.pps, most_pps), ("bps", rate.bps, most_bps)):
        if limit is not None and value > limit:
            yield Excess(where, what, value, limit)
