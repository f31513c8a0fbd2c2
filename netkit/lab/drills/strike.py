"""From what an event names to the links that go: for the lab, and for the planner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from netkit.errors import InputError, Problem, did_you_mean
from netkit.lab.drills.nearness import comes_within
from netkit.model.drills.scenario import Ailment, Event, Strike
from netkit.model.network.geo import Coordinates
from netkit.model.network.topology import Topology

_AN = frozenset({"SRLG", "exchange"})


@dataclass(frozen=True, slots=True)
class Struck:
    """``links`` are those that are gone, exchange links too; ``nodes`` the routers that have lost
    every one of theirs because they themselves were hit. ``ailing`` are directions, by (link id,
    headend), that have the ``ailment``."""

    links: frozenset[str] = frozenset()
    nodes: frozenset[str] = frozenset()
    ailing: frozenset[tuple[str, str]] = frozenset()
    ailment: Ailment | None = None

    def __or__(self, other: Struck) -> Struck:
        return Struck(self.links | other.links, self.nodes | other.nodes)


def struck_by(topology: Topology, events: Iterable[Event], file: str, seed: int) -> list[Struck]:
    """What is gone after each event, in their order.

    Raises:
        InputError: all names that the topology does not have, and areas that no link is in.
    """
    random = Random(seed)  # noqa: S311 - a drill that can be repeated, no secret
    problems: list[Problem] = []
    gone, found = Struck(), []
    for event in events:
        if event.strike is None:  # of clocks too: they are no part of the network
            gone = Struck()
        else:
            own = list(unknown(topology, event.strike, file, event.line))
            cables = event.ailment is not None
            struck = Struck() if own else _struck(topology, event.strike, random, cables=cables)
            if not own and not struck.links:
                own.append(Problem(file, event.line, "the event hits no link", None, "some"))
            if not own and event.ailment is not None:
                own += unfit(topology, struck, event.ailment, file, event.line)
                struck = ailing(topology, struck, event.ailment)
            problems += own
            gone = struck if struck.ailing else gone | struck
        found.append(gone)
    if problems:
        raise InputError(dict.fromkeys(problems))
    return found


def unknown(topology: Topology, strike: Strike, file: str, line: int | None) -> Iterator[Problem]:
    """Every name that the topology does not have, with the nearest that it has."""
    srlgs = {srlg for link in topology.all_links for srlg in link.srlgs}
    kinds = (
        ("link", strike.links, topology.link_named),
        ("node", strike.nodes, {node.name: node for node in topology.active_nodes}),
        ("SRLG", strike.srlgs, dict.fromkeys(sorted(srlgs))),
        ("exchange", strike.exchanges, {fabric.id: fabric for fabric in topology.fabrics}),
    )
    for kind, names, known in kinds:
        for name in names:
            if name not in known:
                expected = f"{'an' if kind in _AN else 'a'} {kind} of {topology.name}"
                yield Problem(file, line, f"no such {kind}", name, expected,
                              did_you_mean(name, known))  # fmt: skip


def unfit(
    topology: Topology, struck: Struck, ailment: Ailment, file: str, line: int | None
) -> Iterator[Problem]:
    """Why links cannot be degraded so: those of an exchange, those that do not begin there."""
    for id_ in sorted(struck.links):
        link = topology.link[id_]
        begins = (link.a,) if link.one_way else (link.a, link.b)
        if link.fabric is not None:
            yield Problem(
                file, line, "an exchange link cannot be degraded", id_,
                "links with a cable of their own", "Cut it, or degrade a link of its routers",
            )  # fmt: skip
        elif ailment.headend not in (None, *begins):
            yield Problem(
                file, line, f"link {id_} does not begin there", ailment.headend,
                f"from: {' or '.join(begins)}", "Leave from: out for both directions",
            )  # fmt: skip


def ailing(topology: Topology, struck: Struck, ailment: Ailment) -> Struck:
    """The same links, not gone but with an ailment."""
    ends = ((id_, end) for id_ in struck.links for end in _ends(topology, id_))
    hit = frozenset(end for end in ends if ailment.headend in (None, end[1]))
    return Struck(ailing=hit, ailment=ailment)


def _ends(topology: Topology, id_: str) -> tuple[str, str]:
    link = topology.link[id_]
    return link.a, link.b


def _struck(topology: Topology, strike: Strike, random: Random, *, cables: bool) -> Struck:
    """``cables``: only links with a cable of their own are drawn by lot, others cannot ail."""
    links = topology.all_links
    named = {topology.link_named[name].id for name in strike.links}
    gone = {
        link.id
        for link in links
        if link.id in named
        or not {link.a, link.b}.isdisjoint(strike.nodes)
        or not link.srlgs.isdisjoint(strike.srlgs)
        or link.fabric in strike.exchanges
        or (strike.along and passes(topology, link.a, link.b, strike.along, strike.radius_km))
    }
    drawn = (link for link in links if link.fabric is None or not cables)
    rest = sorted(link.id for link in drawn if link.id not in gone)
    gone |= set(random.sample(rest, min(strike.random, len(rest))))
    return Struck(frozenset(gone), frozenset(strike.nodes))


def passes(
    topology: Topology, a: str, b: str, along: tuple[Coordinates, ...], radius_km: float
) -> bool:
    """Whether the straight line between two routers comes so near to a point, or a line."""
    start, end = topology.node[a].coordinates, topology.node[b].coordinates
    if start is None or end is None:
        return False
    return comes_within((start, end), along, radius_km)
