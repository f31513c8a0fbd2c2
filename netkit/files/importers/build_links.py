"""Drafts of links to links: names, delays, and those whose delay nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netkit.errors import shown
from netkit.files.importers.drafts import LinkDraft, QualityDraft
from netkit.files.importers.imported import Options
from netkit.files.native.checks import Placed
from netkit.files.native.link_delays import MAX_DELAY_US
from netkit.files.native.links import LINK_ID
from netkit.files.native.nodes import DEFAULT_METRIC
from netkit.files.reading.findings import Findings
from netkit.files.reading.labels import unique_names
from netkit.model.network.derive import DelayRule, Derived, from_coordinates, from_length
from netkit.model.network.elements import DelayBasis, Link, LinkKind, Node

_LONGEST_LINK = 160


def has_two_ends(findings: Findings, link: LinkDraft) -> bool:
    """Whether a link leads to another node; one that does not is noted."""
    if link.a == link.b:
        findings.note(link.line, "a link from a node to itself is left out", shown(link.a))
    return link.a != link.b


def links_of(
    findings: Findings,
    drafts: Sequence[LinkDraft],
    nodes: Mapping[str, Node],
    options: Options,
) -> tuple[list[Placed[Link]], tuple[Link, ...]]:
    """The links whose delay is known, and those whose delay is not."""
    ids = _link_ids(findings, drafts, nodes)
    links: list[Placed[Link]] = []
    undelayed: list[Link] = []
    for draft, (id_, id_ba) in zip(drafts, ids, strict=True):
        a, b = nodes[draft.a], nodes[draft.b]
        delay = _delay(draft, a, b, options.rule)
        if delay is None:
            findings.note(
                draft.line, f"link {id_} has no delay and is left out", f"{a.name} {b.name}",
                "a delay, a length, or coordinates at both ends",
            )  # fmt: skip
            unknown = Derived(0, 0, DelayBasis.GIVEN)
            undelayed.append(_link(draft, id_, id_ba, (a, b), unknown))
        elif max(delay.ab_us, delay.ba_us) > MAX_DELAY_US:
            worst_us = max(delay.ab_us, delay.ba_us)
            expected = f"at most {MAX_DELAY_US} µs"
            findings.problem(draft.line, f"link {id_}: delay", f"{worst_us} µs", expected)
        else:
            links.append(Placed(_link(draft, id_, id_ba, (a, b), delay), draft.line))
    return links, tuple(undelayed)


def _link(
    draft: LinkDraft, id_: str, id_ba: str | None, ends: tuple[Node, Node], delay: Derived
) -> Link:
    there = DEFAULT_METRIC if draft.metric_ab is None else draft.metric_ab
    back = there if draft.metric_ba is None else draft.metric_ba
    nothing = QualityDraft()
    ab, ba = draft.quality_ab or nothing, draft.quality_ba or nothing
    across = ends[0].operator != ends[1].operator
    return Link(
        id_, ends[0].name, ends[1].name, delay.ab_us, None if draft.one_way else delay.ba_us,
        there, None if draft.one_way else back, delay.basis,
        LinkKind.DIRECT_CONNECT if across else LinkKind.TRUNK, capacity_bps=draft.capacity_bps,
        length_km=delay.length_km, srlgs=draft.srlgs, admin_groups=draft.admin_groups, id_ba=id_ba,
        jitter_ab_us=ab.jitter_us, jitter_ba_us=ba.jitter_us, loss_ab_ppb=ab.loss_ppb,
        loss_ba_ppb=ba.loss_ppb, te_metric_ab=ab.te_metric, te_metric_ba=ba.te_metric,
        cost=draft.cost, min_delay_ab_us=draft.min_delay_ab_us,
        min_delay_ba_us=draft.min_delay_ba_us, sids_ab=draft.sids_ab, sids_ba=draft.sids_ba,
        lan=draft.lan, end_a=draft.end_a, end_b=draft.end_b,
    )  # fmt: skip


def _link_ids(
    findings: Findings, drafts: Sequence[LinkDraft], nodes: Mapping[str, Node]
) -> list[tuple[str, str | None]]:
    """The file's own names, one for each direction where it has two; ``a~b`` where it has none."""
    labels: list[str | None] = []
    spare: list[str] = []
    for draft in drafts:
        ends = nodes[draft.a].name, nodes[draft.b].name
        labels.append(draft.label)
        tag = f"@{draft.tag}" if draft.tag else ""
        spare.append(("~".join(ends) + tag)[:_LONGEST_LINK])
        if draft.label_ba is not None:
            labels.append(draft.label_ba)
            spare.append("~".join(reversed(ends)))
    names = iter(unique_names(labels, LINK_ID, _LONGEST_LINK, spare))
    found = []
    for draft in drafts:
        id_ = _named(findings, draft.line, draft.label, next(names))
        back = draft.label_ba
        found.append((id_, back and _named(findings, draft.line, back, next(names))))
    return found


def _named(findings: Findings, line: int | None, label: str | None, name: str) -> str:
    if label is not None and name != label:
        findings.note(line, f"link {shown(label)} is named {name} here")
    return name


def _delay(draft: LinkDraft, a: Node, b: Node, rule: DelayRule) -> Derived | None:
    """As given, else from the length, else from coordinates; one direction serves for the other."""
    ways: Iterable[int | None] = (draft.delay_ab_us, draft.delay_ba_us)
    given = [us for us in ways if us is not None]
    if given:
        ab_us = given[0] if draft.delay_ab_us is None else draft.delay_ab_us
        return Derived(ab_us, given[-1], draft.basis, draft.length_km)
    if draft.length_km is not None:
        return from_length(draft.length_km, rule)
    if a.coordinates is not None and b.coordinates is not None:
        return from_coordinates(a.coordinates, b.coordinates, rule)
    return None
