"""Edges of a graph as links: directed ones with their way back, undirected ones by themselves."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from netkit.errors import counted, shown
from netkit.files.importers.drafts import ArcDraft, LinkDraft, paired
from netkit.files.importers.graphs.directions import least_capacity, marked
from netkit.files.importers.graphs.values.edge_values import EdgeValues
from netkit.files.importers.graphs.values.parts import GraphEdge, Part
from netkit.files.native.links import GROUP, GROUP_WORDS
from netkit.files.reading.findings import Findings

Valued = tuple[GraphEdge, EdgeValues]
_SEPARATORS = re.compile(r"[\s,;|]+")


def links_of(findings: Findings, edges: Sequence[Valued]) -> list[LinkDraft]:
    """Undirected edges as links.

    An edge that is there once from each end, without an id or under the same, is one link; where
    the two differ, nobody can tell two links from two directions, and the file is refused.
    """
    named = Counter(edge.id for edge, _ in edges)
    seen: dict[tuple[str, str, str | None], list[EdgeValues]] = defaultdict(list)
    links, twice, doubtful = [], [], []
    for edge, values in edges:
        alone = edge.id is None or named[edge.id] > 1
        back = seen[edge.dst, edge.src, edge.id] if alone and edge.src != edge.dst else []
        if back and values in back:
            back.remove(values)
            twice.append(edge)
            continue
        if back:
            doubtful.append(edge)
        if alone:
            seen[edge.src, edge.dst, edge.id].append(values)
        links.append(_link(findings, edge, values, None if alone else edge.id))
    _say_twice(findings, twice, doubtful)
    return links


def _say_twice(
    findings: Findings, twice: Sequence[GraphEdge], doubtful: Sequence[GraphEdge]
) -> None:
    if twice:
        ends = f"{twice[0].dst} and {twice[0].src}"
        what = "undirected edges that are there from both ends are taken as one link each"
        findings.note(twice[0].part.line, what, f"{len(twice)}, the first between {ends}")
    for edge in doubtful:
        findings.problem(
            edge.part.line, "an undirected edge is there from both ends, and the two differ",
            shown(f"{edge.dst} and {edge.src}"), "an id for each link, or directed edges",
        )  # fmt: skip


def _link(findings: Findings, edge: GraphEdge, values: EdgeValues, label: str | None) -> LinkDraft:
    us, metric, quality = values.delay_us, values.metric, values.quality
    return LinkDraft(
        edge.src, edge.dst, edge.part.line, label, None, us, us, metric, metric,
        values.capacity_bps, values.length_km, srlgs=_groups(findings, edge.part, "srlgs", "srlg"),
        admin_groups=_groups(findings, edge.part, "admingroups"),
        quality_ab=quality, quality_ba=quality, cost=values.cost,
    )  # fmt: skip


def arcs_of(findings: Findings, edges: Sequence[Valued]) -> list[LinkDraft]:
    """Directed edges, each with its reverse as one link, by id where ids tell."""
    arcs = [_arc(findings, edge, values) for edge, values in edges]
    arcs = least_capacity(findings, marked(arcs, [edge.id for edge, _ in edges]))
    links = paired(_labelled(arcs, [edge.id for edge, _ in edges]))
    _say_order(findings, links, arcs)
    costs = {values.cost for _, values in edges}
    if costs - {None}:
        findings.note(None, "the cost of directed edges is not used", expected="undirected edges")
    return links


def _arc(findings: Findings, edge: GraphEdge, values: EdgeValues) -> ArcDraft:
    return ArcDraft(
        edge.src, edge.dst, edge.part.line, None, values.delay_us, values.metric,
        values.capacity_bps, _groups(findings, edge.part, "admingroups"),
        _groups(findings, edge.part, "srlgs", "srlg"), length_km=values.length_km,
        quality=values.quality,
    )  # fmt: skip


def _labelled(arcs: Sequence[ArcDraft], ids: Sequence[str | None]) -> list[ArcDraft]:
    """Ids as names of directions; an id that both directions of one link have is the link's."""
    count = Counter(ids)
    given: set[str] = set()
    found = []
    for arc, id_ in zip(arcs, ids, strict=True):
        of_link = id_ is not None and count[id_] == 2 and arc.mark == ("0", id_)
        if id_ is None or not (count[id_] == 1 or (of_link and id_ not in given)):
            found.append(arc)
            continue
        given.add(id_)
        found.append(replace(arc, label=id_))
    return found


def _say_order(findings: Findings, links: Sequence[LinkDraft], arcs: Sequence[ArcDraft]) -> None:
    """A note where parallel directions differ and nothing but their order says which belong."""
    unmarked = Counter(frozenset((arc.src, arc.dst)) for arc in arcs if arc.mark is None)
    guessed = [
        link for link in links
        if not link.one_way and unmarked[frozenset((link.a, link.b))] > 2
        and (link.delay_ab_us, link.metric_ab) != (link.delay_ba_us, link.metric_ba)
    ]  # fmt: skip
    if guessed:
        what = "parallel directed edges without an id that pairs them are paired in order"
        ends = f"{guessed[0].a} and {guessed[0].b}"
        findings.note(
            guessed[0].line, what, f"{counted(len(guessed), 'link')}, the first between {ends}"
        )


def _groups(findings: Findings, part: Part, *names: str) -> frozenset[str]:
    """A list of shared risks or admin groups, separated by blanks, commas or semicolons."""
    words = [word for word in _SEPARATORS.split(part.first(*names) or "") if word]
    wrong = [word for word in words if not GROUP.fullmatch(word)]
    if wrong:
        findings.note(part.line, f"{names[0]} are not used", shown(wrong[0]), GROUP_WORDS)
        return frozenset()
    return frozenset(words)
