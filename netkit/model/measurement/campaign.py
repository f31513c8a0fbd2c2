"""Campaigns between sites: who measures whom, over what, how often, against which tier.

A site is a place with a probe, in the field or in the lab; it stands for a node of the topology.
What the selectors of a campaign file come to is a list of flows, from one site to one other each.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address

from netkit.model.measurement.host_clock import HostClock


class ClockKind(StrEnum):
    """What the operator says of a site's clock; its own claim is measured all the same."""

    DISCIPLINED = "disciplined"
    FREE_RUNNING = "free_running"


@dataclass(frozen=True, slots=True)
class Site:
    """A probe. ``addresses`` are IPv4, IPv6 or host names at which its reflector answers.

    ``node`` is the node of the topology that it stands for, None if none. ``interface`` is a device
    or VRF that its probes are bound to, ``key_file`` the file of its key for authenticated STAMP.
    ``lab_clock`` is the clock that it has in the lab, None for the lab's own.
    """

    name: str
    addresses: tuple[str, ...]
    node: str | None = None
    port: int = 862
    interface: str | None = None
    clock: ClockKind = ClockKind.DISCIPLINED
    key_file: str | None = None
    lab_clock: HostClock | None = None

    @property
    def literals(self) -> tuple[IPv4Address | IPv6Address, ...]:
        """Those of its addresses that are no names: its host has them, and sends from them.

        >>> [str(one) for one in Site("a", ("probe.example", "fe80::1%eth0", "192.0.2.1")).literals]
        ['fe80::1%eth0', '192.0.2.1']
        """
        found = []
        for word in self.addresses:
            with suppress(ValueError):
                found.append(ip_address(word))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class CampaignFlow:
    """One stream of probes from ``src`` to ``dst``, names of sites, and back.

    A round sends ``count`` probes, one each ``interval_ns`` on average (``poisson``: with random
    gaps); an agent goes on without end. ``segments`` are the SIDs that the probe is sent over,
    ``return_segments`` those that the reflector is asked to answer over (RFC 9503); empty is by
    IGP. ``segment_list`` is the name of the list in its plan. ``bound_us`` is that of ``tier``,
    None where no tier holds.
    """

    name: str
    src: str
    dst: str
    interval_ns: int
    count: int = 100
    poisson: bool = False
    request_bytes: int = 72
    dscp: int = 0
    timeout_ns: int = 1_000_000_000
    segments: tuple[str, ...] = ()
    return_segments: tuple[str, ...] = ()
    segment_list: str | None = None
    bound_us: int | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class FieldCampaign:
    """A campaign whose selectors are resolved: every site and every flow by name.

    ``window_ns`` is the length of the windows that are stored, ``round_ns`` how often a round
    starts. ``plan_digest`` names the plan that segment lists come from.
    """

    name: str
    sites: tuple[Site, ...]
    flows: tuple[CampaignFlow, ...]
    window_ns: int = 60_000_000_000
    round_ns: int | None = None
    seed: int = 0
    plan_digest: str | None = None

    def sent_by(self, site: str) -> tuple[CampaignFlow, ...]:
        """The flows whose Session-Sender is at this site."""
        return tuple(flow for flow in self.flows if flow.src == site)

    def answered_by(self, site: str) -> tuple[CampaignFlow, ...]:
        """The flows whose Session-Reflector is at this site."""
        return tuple(flow for flow in self.flows if flow.dst == site)

    def site(self, name: str) -> Site:
        """The site of that name; raises KeyError."""
        return {site.name: site for site in self.sites}[name]
