"""One pair of a plan on the terminal: hop by hop, SID by SID, with its certificate and backup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from rich.console import RenderableType
from rich.text import Text

from netkit.errors import counted
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.reason import Reason
from netkit.model.planning.tier import BASIS
from netkit.model.srv6.encapsulation import Encapsulation, Overhead, encapsulation
from netkit.model.srv6.segment_list import CandidatePath, Path
from netkit.model.srv6.sids import sid_of
from netkit.model.units import us_to_ms
from netkit.report.basis import basis_text
from netkit.report.documents.document import ms
from netkit.report.segments import (
    hand_over,
    hand_over_words,
    pushed_sids,
    segment_names,
    sid_addresses,
)
from netkit.report.terminal.plan import add_figures, new_table, spaced, verdict_text
from netkit.report.words.backups import backup_text, faster_backup_text
from netkit.report.words.reasons import reason_text
from netkit.report.words.relaxations import margin_text, relaxation_text
from netkit.report.words.text import visible
from netkit.report.words.units import bound_text, delay_text, ms_text


def explain_pair(pair: PairPlan, topology: Topology, *, width: int) -> RenderableType:
    """Everything that the plan says of one pair, and why."""
    parts: list[RenderableType] = [_heading(pair)]
    if pair.unsteered is not None:
        parts.append(_labelled("IGP alone", _igp_text(pair.unsteered)))
    if pair.reason is not None:
        parts.append(_labelled("Why not", reason_text(pair.reason.evidence)))
        parts.extend(_relaxations(pair.reason))
    if pair.margin is not None:
        parts.append(_labelled("Margin", margin_text(pair.margin)))
    if pair.primary is not None:
        parts += [Text(), *_candidate("Primary path", pair.primary, topology, width)]
    if pair.backup is not None:
        parts += [Text(), *_candidate("Backup path", pair.backup, topology, width)]
        if (why := faster_backup_text(pair)) is not None:
            parts.append(_labelled("Faster than the primary", why))
    elif pair.backup_reason is not None:
        parts += [Text(), _labelled("No backup", backup_text(pair.backup_reason))]
    if pair.backup is None and pair.disjoint_pair is not None:
        both = pair.disjoint_pair
        parts += [Text(), *_candidate("Or together: first path", both.primary, topology, width)]
        parts += _candidate("Second path, disjoint from it", both.backup, topology, width)
    return spaced(parts)


def _relaxations(why: Reason) -> Iterator[RenderableType]:
    """What would help, each by itself, the guaranteed delay behind it."""
    if why.relaxations is None:
        return
    yield _labelled("What would help", "" if why.relaxations else "nothing that netkit tries")
    for one in why.relaxations:
        then = f": {delay_text(one.guaranteed_us)} guaranteed"
        yield Text(visible(f"  - {relaxation_text(one)}{then}"))


def _heading(pair: PairPlan) -> Text:
    demand = pair.demand
    tier = f"tier {demand.tier}, " if demand.tier else ""
    text = Text(visible(f"{demand.src} → {demand.dst}"), "bold")
    text.append(visible(f": {tier}bound {bound_text(us_to_ms(demand.bound_us))} ms "), "not bold")
    text.append(f"{BASIS}, floor {delay_text(pair.floor_us)}: ", "not bold")
    return text.append_text(verdict_text(pair.verdict))


def _igp_text(unsteered: CandidatePath) -> str:
    """Where packets would go without a list."""
    worst = delay_text(unsteered.certificate.guaranteed_us)
    way = visible(" → ".join(unsteered.path.nodes))
    branches = unsteered.certificate.branches
    also = "" if branches == 1 else f", the best of {branches} branches"
    return f"{worst} guaranteed, by {way}{also}"


def _candidate(
    title: str, candidate: CandidatePath, topology: Topology, width: int
) -> Iterator[RenderableType]:
    certificate = candidate.certificate
    table = new_table(f"{title}: {delay_text(certificate.guaranteed_us)} guaranteed", width)
    table.add_column("Hop", ratio=2, overflow="fold")
    table.add_column("Over link", ratio=2, overflow="fold")
    add_figures(table, "Delay", "Sum, ms")
    for hop in _hops(candidate.path, topology):
        table.add_row(*hop)
    yield table
    over = hand_over(candidate, topology)
    if over is not None:
        yield _labelled("Hand-over", hand_over_words(over, topology))
    yield _labelled("Certificate", _certificate_text(candidate))
    basis = basis_text(candidate.certificate, topology)
    if basis:
        yield _labelled("Rests on", basis)
    addresses, names = sid_addresses(candidate, topology), segment_names(candidate, topology)
    listed = zip(addresses, names, strict=True)
    yield _sids("Segment list, in order of travel", listed, width)
    for binding in candidate.bindings:
        title = f"Pushed on top by {sid_of(topology, binding)} of {binding.node}"
        yield _sids(title, pushed_sids(candidate, binding, topology), width)
    yield _labelled("Overhead", _overhead_text(encapsulation(topology, candidate)))


def _sids(title: str, listed: Iterable[tuple[str, str]], width: int) -> RenderableType:
    table = new_table(title, width)
    table.add_column("SID", no_wrap=True)
    table.add_column("Meaning", ratio=1, overflow="fold")
    for address, name in listed:
        table.add_row(address, Text(visible(name)))
    return table


def _overhead_text(found: Encapsulation) -> str:
    """Both forms, and what they leave of the path MTU."""
    words = [f"{_form(found.full)} as full SIDs"]
    if found.usid is not None:
        words.append(f"{_form(found.usid)} as uSID containers")
    if found.path_mtu_bytes is None:
        words.append("path MTU not known")
    else:
        words.append(f"path MTU {found.path_mtu_bytes} bytes")
    return "; ".join(words)


def _form(overhead: Overhead) -> str:
    text = f"{counted(overhead.sids, 'SID')}, {overhead.header_bytes} bytes"
    left = overhead.largest_packet_bytes
    return text if left is None else f"{text}, packets up to {left} bytes,"


def _hops(path: Path, topology: Topology) -> Iterator[list[RenderableType]]:
    sum_us = 0
    for (src, dst), link in zip(pairwise(path.nodes), path.links, strict=True):
        arc = topology.adjacency[(link, src)]
        sum_us += arc.delay_us
        hop = Text(visible(f"{src} → {dst}"))
        yield [hop, Text(visible(arc.label)), ms_text(ms(arc.delay_us)), ms_text(ms(sum_us))]


def _certificate_text(candidate: CandidatePath) -> str:
    certificate = candidate.certificate
    nodes, links = len(certificate.nodes), len(certificate.links)
    crossed = f"{counted(nodes, 'node')} and {counted(links, 'link')} crossed"
    if certificate.branches == 1:
        return f"one path only, {crossed}"
    best, worst = ms_text(ms(certificate.best_us)), ms_text(ms(certificate.guaranteed_us))
    return f"{certificate.branches} ECMP branches of {best} to {worst} ms, {crossed}"


def _labelled(label: str, text: str) -> Text:
    return Text.assemble((f"{label}: ", "bold"), visible(text))
