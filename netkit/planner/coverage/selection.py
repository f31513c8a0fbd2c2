"""Selectors of a campaign to pairs of its sites. Pure: what links pairs cross is asked for.

A pair is measured in both directions whoever sends. Where a selector leaves open who does, each of
two sites does so about as often: of the sites numbered in order, i sends to j > i where i + j is
odd, else j to i.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from netkit.errors import InputError, Problem, did_you_mean, shown
from netkit.model.measurement.campaign import Site
from netkit.model.measurement.campaign_file import (
    Cover,
    Cross,
    Mesh,
    Pairs,
    Rings,
    Selector,
    SiteSet,
)
from netkit.model.network.elements import Node
from netkit.planner.coverage.rings import disjoint_rings

if TYPE_CHECKING:
    from netkit.planner.coverage.crossings import Crossing, LinkKey

Crossed = Callable[[str, str], "Crossing | None"]
"""What a packet between two sites crosses; None where there is no way, or none is known."""

_PLACE_KEYS = ("hub", "place")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pair of sites and the line of the file that chose it."""

    src: str
    dst: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Selection:
    """The pairs that a selector came to. ``by_chance`` are links that a cover may miss, as traffic
    splits there; ``smallest`` is False where a smaller cover might exist."""

    pairs: tuple[Chosen, ...]
    by_chance: frozenset[LinkKey] = frozenset()
    smallest: bool = True


def _nothing_else(word: str) -> tuple[str, ...]:  # noqa: ARG001
    return ()


@dataclass(frozen=True, slots=True)
class Places:
    """Sites in order, and the nodes of the topology by name.

    ``also_called`` has other names of a place or hub, for words that no node states.
    """

    sites: Sequence[Site]
    nodes: Mapping[str, Node]
    also_called: Callable[[str], tuple[str, ...]] = _nothing_else

    def names(self, chosen: SiteSet) -> list[str]:
        """The sites of a set, in the order of the file; raises InputError for what is not there."""
        if chosen.attributes is not None:
            return self._with(chosen.attributes, chosen.line)
        known = [site.name for site in self.sites]
        if chosen.names is None:
            return known
        check_names(chosen.names, [chosen.line] * len(chosen.names), known)
        return list(chosen.names)

    def _with(self, asked: Mapping[str, frozenset[str]], line: int | None) -> list[str]:
        of = {
            site.name: self.nodes[site.node]
            for site in self.sites
            if site.node is not None and site.node in self.nodes
        }
        known = {key: sorted({_value(node, key) for node in of.values()} - {""}) for key in asked}
        asked = {key: self._spelled(key, words, known[key]) for key, words in asked.items()}
        problems = [
            Problem(
                None, line, f"no site has the {key}", shown(word),
                "one of " + ", ".join(known[key]), did_you_mean(word, self._named(key, known[key])),
            )
            for key, words in asked.items()
            for word in sorted(words - set(known[key]))
        ]  # fmt: skip
        if problems:
            raise InputError(problems)
        return [
            name
            for name, node in of.items()
            if all(_value(node, key) in words for key, words in asked.items())
        ]

    def _named(self, key: str, known: Sequence[str]) -> list[str]:
        """All names of what is known."""
        others = self.also_called if key in _PLACE_KEYS else _nothing_else
        return [name for one in known for name in (one, *others(one))]

    def _spelled(self, key: str, words: frozenset[str], known: Sequence[str]) -> frozenset[str]:
        """The words by those that are known, where a place or hub is called otherwise here."""
        if key not in _PLACE_KEYS:
            return words
        return frozenset(
            next((name for name in (word, *self.also_called(word)) if name in known), word)
            for word in words
        )


def _value(node: Node, key: str) -> str:
    return str(getattr(node, key) or "")


def check_names(names: Sequence[str], lines: Sequence[int | None], known: Sequence[str]) -> None:
    """Raise :class:`~netkit.errors.InputError` with each name that is no site."""
    sites = set(known)
    problems = [
        Problem(
            None, line, "unknown site", shown(name), "the name of a site",
            did_you_mean(name, known),
        )
        for name, line in zip(names, lines, strict=True)
        if name not in sites
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def select(selector: Selector, line: int | None, places: Places, crossed: Crossed) -> Selection:
    """The pairs of a selector, each once; ``line`` is that of its measurement.

    Raises :class:`~netkit.errors.InputError` for sites, attributes and rings that do not exist.
    """
    match selector:
        case Pairs(pairs, lines):
            lines = lines or (line,) * len(pairs)
            known = [site.name for site in places.sites]
            ends = [name for pair in pairs for name in pair]
            check_names(ends, [one for one in lines for _ in range(2)], known)
            return Selection(tuple(map(Chosen, *zip(*pairs, strict=True), lines)))
        case Cross(senders, reflectors):
            found = [
                (src, dst)
                for src in places.names(senders)
                for dst in places.names(reflectors)
                if src != dst
            ]
            return _selection(_once(found), line)
        case Mesh(sites):
            return _selection(_shared(list(combinations(places.names(sites), 2)), places), line)
        case Rings(sites, rings):
            around = disjoint_rings(places.names(sites), rings)
            found = [
                pair for ring in around for pair in zip(ring, ring[1:] + ring[:1], strict=True)
            ]
            return _selection(found, line)
        case Cover(sites):
            return _cover(places.names(sites), line, places, crossed)


def _selection(pairs: Sequence[tuple[str, str]], line: int | None) -> Selection:
    if not pairs:
        raise InputError.single("a measurement of nobody", line=line, expected="at least two sites")
    return Selection(tuple(Chosen(src, dst, line) for src, dst in pairs))


def _once(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without pairs whose other direction came before: one measurement is of both."""
    found: dict[frozenset[str], tuple[str, str]] = {}
    for pair in pairs:
        found.setdefault(frozenset(pair), pair)
    return list(found.values())


def _shared(pairs: Sequence[tuple[str, str]], places: Places) -> list[tuple[str, str]]:
    """Each pair with the one that sends first."""
    number = {site.name: place for place, site in enumerate(places.sites)}
    return [
        (a, b) if (number[a] < number[b]) == bool((number[a] + number[b]) % 2) else (b, a)
        for a, b in pairs
    ]


def _cover(names: Sequence[str], line: int | None, places: Places, crossed: Crossed) -> Selection:
    # Only here, for it loads a solver, which nobody else need wait for.
    from netkit.planner.coverage.cover import smallest_cover

    crossings: dict[tuple[str, str], list[Crossing]] = {}
    for a, b in combinations(names, 2):
        ways = [way for way in (crossed(a, b), crossed(b, a)) if way is not None]
        if len(ways) == 2:
            crossings[a, b] = ways
    if not crossings:
        raise InputError.single(
            "a cover of no link", line=line, expected="sites whose nodes reach each other"
        )
    cover = smallest_cover(crossings)
    pairs = tuple(Chosen(src, dst, line) for src, dst in _shared(cover.pairs, places))
    return Selection(pairs, cover.by_chance, cover.smallest)
