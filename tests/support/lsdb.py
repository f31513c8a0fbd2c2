"""Random link-state databases, and what they must be imported as.

Knows nothing of the importers: the printers beside it are after the source of FRR and GoBGP.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network

MAX_METRIC = 0xFFFFFF


@dataclass
class Router:
    number: int
    name: str
    overload: bool = False
    locator: IPv6Network | None = None
    end: IPv6Address | None = None
    ends: list[End] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"0000.0000.{self.number:04x}"


@dataclass
class End:
    """One side of a link: what its router advertises of it."""

    router: Router
    other: Router
    metric: int
    near4: str | None = None
    far4: str | None = None
    near6: str | None = None
    far6: str | None = None
    near_id: int = 0
    far_id: int = 0
    least_us: int | None = None
    most_us: int | None = None
    average_us: int | None = None
    anomalous: bool = False
    variation_us: int | None = None
    loss_units: int | None = None
    te_metric: int | None = None
    bandwidth: float | None = None
    groups: int | None = None
    more_groups: int | None = None
    srlgs: tuple[int, ...] = ()
    sid: IPv6Address | None = None
    lan: Lan | None = None

    @property
    def delay_us(self) -> int | None:
        return next((us for us in (self.most_us, self.average_us) if us is not None), None)


@dataclass
class Lan:
    speaker: Router
    circuit: int
    members: list[Router] = field(default_factory=list)


@dataclass
class Network:
    routers: list[Router]
    links: list[tuple[End, End]]
    lans: list[Lan]


def a_network(seed: int, *, srv6: bool = True, te: bool = True, srlg: bool = True) -> Network:
    """A connected network with parallel links, LANs, drained directions, overloaded routers."""
    rng = random.Random(seed)
    count = rng.randint(2, 7)
    prefix = "a-rather-long-name-" if rng.random() < 0.4 else "r"
    numbers = rng.sample(range(1, 0x7000), count)
    routers = [Router(number, f"{prefix}{i}") for i, number in enumerate(numbers)]
    plen = rng.choice((40, 48, 56, 64))
    for router in routers:
        router.overload = rng.random() < 0.2
        if srv6:
            base = int(IPv6Address("fcbb::")) + (router.number << (128 - plen))
            router.locator = IPv6Network((base, plen))
            router.end = IPv6Address(base + (1 << (112 - plen))) if rng.random() < 0.8 else None
    network = Network(routers, [], [])
    for place in range(1, count):
        _link(rng, network, routers[place], routers[rng.randrange(place)], te, srlg)
    for _ in range(rng.randint(0, count)):
        _link(rng, network, *rng.sample(routers, 2), te, srlg)
    if count > 2 and rng.random() < 0.5:
        _lan(rng, network, rng.sample(routers, rng.randint(2, count)), te)
    for router in routers:
        rng.shuffle(router.ends)
    return network


def _link(rng, network, a, b, te, srlg) -> None:
    number = len(network.links) + 1
    here, there = End(a, b, rng.randint(1, 99)), End(b, a, rng.randint(1, 99))
    kind = rng.choice(("v4", "v6", "both", "half", "ids"))
    if (
        any(
            {one.router.number, one.other.number} == {a.number, b.number}
            for one, _ in network.links
        )
        and kind == "half"
    ):
        kind = "both"
    for side, (end, near, far) in enumerate(((here, 1, 2), (there, 2, 1))):
        if kind in ("v4", "both", "half"):
            end.near4 = str(IPv4Address(0x0A000000 + (number << 8) + near))
            end.far4 = (
                None if kind == "half" else str(IPv4Address(0x0A000000 + (number << 8) + far))
            )
        if kind in ("v6", "both"):
            end.near6, end.far6 = f"2001:db8:{number:x}::{near}", f"2001:db8:{number:x}::{far}"
        if kind == "ids":
            end.near_id, end.far_id = number * 10 + near, number * 10 + far
        if rng.random() < 0.1:
            end.metric = MAX_METRIC
        if a.locator is not None and rng.random() < 0.8:
            base = int(end.router.locator.network_address)
            shift = 112 - end.router.locator.prefixlen
            end.sid = IPv6Address(base + ((0x100 + 2 * number + side) << shift))
    _attributes(rng, (here, there), te, srlg)
    a.ends.append(here)
    b.ends.append(there)
    network.links.append((here, there))


def _attributes(rng, ends, te, srlg) -> None:
    for end in ends:
        if rng.random() < 0.7:
            end.least_us = rng.randint(1, 9999)
            end.most_us = end.least_us + rng.randint(0, 500)
        if end.most_us is None or rng.random() < 0.5:
            end.average_us = rng.randint(1, 9999)
        end.anomalous = rng.random() < 0.1
        if te and rng.random() < 0.5:
            end.variation_us = rng.randint(0, 500)
            end.loss_units = rng.randint(0, 300_000)
            end.te_metric = rng.randint(1, 9999)
    if te and rng.random() < 0.7:
        bandwidth, groups = rng.randint(1, 799) * 1.25e6, rng.getrandbits(32)
        more = rng.getrandbits(32) if rng.random() < 0.3 else None
        for end in ends:
            end.bandwidth, end.groups, end.more_groups = bandwidth, groups, more
    if srlg and rng.random() < 0.5 and ends[0].near4 and ends[0].far4:
        for end in ends:
            end.srlgs = (rng.randint(1, 0xFFFFFFFF),)


def _lan(rng, network, members, te) -> None:
    lan = Lan(members[0], 0x2A, members)
    network.lans.append(lan)
    for router in members:
        end = End(router, router, rng.randint(1, 99), lan=lan)
        end.near4 = str(IPv4Address(0x0B000000 + router.number))
        _attributes(rng, (end,), te, False)
        router.ends.append(end)


def expected_nodes(network: Network) -> list[tuple]:
    return sorted(
        (
            router.name, router.overload,
            None if router.locator is None else str(router.locator),
            None if router.end is None else str(router.end),
        )
        for router in network.routers
    )  # fmt: skip


def expected_links(network: Network) -> list[frozenset]:
    """Links as the two directions that they are made of; only one where one is not known."""
    links = [frozenset((_way(here, there), _way(there, here))) for here, there in network.links]
    for lan in network.lans:
        ends = {end.router.id: end for end in _on(network, lan)}
        ids = sorted(ends)
        for place, one in enumerate(ids):
            for other in ids[place + 1 :]:
                here, there = ends[one], ends[other]
                links.append(frozenset((_way(here, there), _way(there, here))))
    return sorted(links, key=sorted_key)


def sorted_key(link: frozenset) -> str:
    return repr(sorted(map(repr, link)))


def _on(network: Network, lan: Lan) -> list[End]:
    return [end for router in network.routers for end in router.ends if end.lan is lan]


def _way(here: End, there: End) -> tuple:
    """A direction: ends, metric, delays, quality, what both ends say of the link together."""
    known = [end.bandwidth for end in (here, there) if end.bandwidth is not None]
    groups = {bit for end in (here, there) for bit in _bits(end)}
    srlgs = {str(risk) for end in (here, there) for risk in end.srlgs}
    delay_us = here.delay_us if here.delay_us is not None else there.delay_us
    return (
        here.router.name, there.router.name, here.metric, delay_us, here.least_us,
        here.variation_us, None if here.loss_units is None else here.loss_units * 30,
        here.te_metric, None if not known else round(min(known) * 8), tuple(sorted(groups)),
        tuple(sorted(srlgs)), None if here.sid is None else str(here.sid),
    )  # fmt: skip


def _bits(end: End) -> list[str]:
    low = [str(bit) for bit in range(32) if (end.groups or 0) >> bit & 1]
    return low + [str(32 + bit) for bit in range(32) if (end.more_groups or 0) >> bit & 1]


def found_nodes(topology) -> list[tuple]:
    return sorted(
        (
            node.label or node.name, node.overload,
            next((str(one.prefix) for one in node.locators), None),
            next((str(one.sid) for one in node.sids), None),
        )
        for node in topology.nodes
    )  # fmt: skip


def found_links(topology) -> list[frozenset]:
    links: dict[str, list[tuple]] = {}
    names = {node.name: node.label or node.name for node in topology.nodes}
    for arc in topology.adjacencies:
        srlgs = tuple(sorted(risk for risk in arc.srlgs if not risk.startswith("lan-")))
        capacity = topology.link[arc.link_id].capacity_bps
        links.setdefault(arc.link_id, []).append(
            (
                names[arc.src], names[arc.dst], arc.metric, arc.delay_us, arc.min_delay_us,
                arc.jitter_us, arc.loss_ppb, arc.te_metric, capacity,
                tuple(sorted(arc.admin_groups)), srlgs,
                str(arc.sids[0].sid) if arc.sids else None,
            )
        )  # fmt: skip
    return sorted((frozenset(ways) for ways in links.values()), key=sorted_key)
