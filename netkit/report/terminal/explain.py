"""One pair of a plan on the terminal: hop by hop, SID by SID, with its certificate and backup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from rich.console import RenderableType
from rich.text import Text

from netkit.language.words import counted, say
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.reason import Reason
from netkit.model.srv6.encapsulation import Encapsulation, Overhead, encapsulation
from netkit.model.srv6.segment_list import CandidatePath, Path
from netkit.model.srv6.sids import sid_of
from netkit.model.units import us_to_ms
from netkit.report.basis import basis_text, branches_text
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
        parts.append(_labelled(say("IGP alone"), _igp_text(pair.unsteered)))
    if pair.reason is not None:
        parts.append(_labelled(say("Why not"), reason_text(pair.reason.evidence)))
        parts.extend(_relaxations(pair.reason))
    if pair.margin is not None:
        parts.append(_labelled(say("Margin"), margin_text(pair.margin)))
    if pair.primary is not None:
        parts += [Text(), *_candidate(say("Primary path"), pair.primary, topology, width)]
    if pair.backup is not None:
        parts += [Text(), *_candidate(say("Backup path"), pair.backup, topology, width)]
        if (why := faster_backup_text(pair)) is not None:
            parts.append(_labelled(say("Faster than the primary"), why))
    elif pair.backup_reason is not None:
        parts += [Text(), _labelled(say("No backup"), backup_text(pair.backup_reason))]
    if pair.backup is None and pair.disjoint_pair is not None:
        both = pair.disjoint_pair
        first, second = say("Or together: first path"), say("Second path, disjoint from it")
        parts += [Text(), *_candidate(first, both.primary, topology, width)]
        parts += _candidate(second, both.backup, topology, width)
    return spaced(parts)


def _relaxations(why: Reason) -> Iterator[RenderableType]:
    """What would help, each by itself, the guaranteed delay behind it."""
    if why.relaxations is None:
        return
    nothing = "" if why.relaxations else say("nothing that netkit tries")
    yield _labelled(say("What would help"), nothing)
    for one in why.relaxations:
        words = say("{what}: {delay} guaranteed",
                    what=relaxation_text(one), delay=delay_text(one.guaranteed_us))  # fmt: skip
        yield Text(visible(f"  - {words}"))


def _heading(pair: PairPlan) -> Text:
    demand = pair.demand
    tier = say("tier {tier}, ", tier=demand.tier) if demand.tier else ""
    words = say(
        ": {tier}bound {bound} ms one-way, floor {floor}: ",
        tier=tier, bound=bound_text(us_to_ms(demand.bound_us)), floor=delay_text(pair.floor_us),
    )  # fmt: skip
    text = Text(visible(f"{demand.src} → {demand.dst}"), "bold")
    return text.append(visible(words), "not bold").append_text(verdict_text(pair.verdict))


def _igp_text(unsteered: CandidatePath) -> str:
    """Where packets would go without a list."""
    worst = delay_text(unsteered.certificate.guaranteed_us)
    way = visible(" → ".join(unsteered.path.nodes))
    branches = unsteered.certificate.branches
    text = say("{delay} guaranteed, by {way}", delay=worst, way=way)
    if branches == 1:
        return text
    return text + say(", the best of {branches} branches", branches=branches)


def _candidate(
    title: str, candidate: CandidatePath, topology: Topology, width: int
) -> Iterator[RenderableType]:
    table = new_table(
        say(
            "{path}: {delay} guaranteed",
            path=title,
            delay=delay_text(candidate.certificate.guaranteed_us),
        ),
        width,
    )
    table.add_column(say("Hop"), ratio=2, overflow="fold")
    table.add_column(say("Over link"), ratio=2, overflow="fold")
    add_figures(table, "Delay", "Sum, ms")
    for hop in _hops(candidate.path, topology):
        table.add_row(*hop)
    yield table
    over = hand_over(candidate, topology)
    if over is not None:
        yield _labelled(say("Hand-over"), hand_over_words(over, topology))
    yield _labelled(say("Certificate"), branches_text(candidate.certificate))
    basis = basis_text(candidate.certificate, topology)
    if basis:
        yield _labelled(say("Rests on"), basis)
    addresses, names = sid_addresses(candidate, topology), segment_names(candidate, topology)
    listed = zip(addresses, names, strict=True)
    yield _sids(say("Segment list, in order of travel"), listed, width)
    for binding in candidate.bindings:
        title = say("Pushed on top by {sid} of {node}",
                    sid=sid_of(topology, binding), node=binding.node)  # fmt: skip
        yield _sids(title, pushed_sids(candidate, binding, topology), width)
    yield _labelled(say("Overhead"), _overhead_text(encapsulation(topology, candidate)))


def _sids(title: str, listed: Iterable[tuple[str, str]], width: int) -> RenderableType:
    table = new_table(title, width)
    table.add_column("SID", no_wrap=True)
    table.add_column(say("Meaning"), ratio=1, overflow="fold")
    for address, name in listed:
        table.add_row(address, Text(visible(name)))
    return table


def _overhead_text(found: Encapsulation) -> str:
    """Both forms, and what they leave of the path MTU."""
    words = [say("{form} as full SIDs", form=_form(found.full))]
    if found.usid is not None:
        words.append(say("{form} as uSID containers", form=_form(found.usid)))
    if found.path_mtu_bytes is None:
        words.append(say("path MTU not known"))
    else:
        words.append(say("path MTU {bytes} bytes", bytes=found.path_mtu_bytes))
    return say("; ").join(words)


def _form(overhead: Overhead) -> str:
    text = say("{sids}, {bytes} bytes",
               sids=counted(overhead.sids, "SID"), bytes=overhead.header_bytes)  # fmt: skip
    left = overhead.largest_packet_bytes
    return text if left is None else text + say(", packets up to {left} bytes,", left=left)


def _hops(path: Path, topology: Topology) -> Iterator[list[RenderableType]]:
    sum_us = 0
    for (src, dst), link in zip(pairwise(path.nodes), path.links, strict=True):
        arc = topology.adjacency[(link, src)]
        sum_us += arc.delay_us
        hop = Text(visible(f"{src} → {dst}"))
        yield [hop, Text(visible(arc.label)), ms_text(ms(arc.delay_us)), ms_text(ms(sum_us))]


def _labelled(label: str, text: str) -> Text:
    return Text.assemble((f"{label}{say(': ')}", "bold"), visible(text))
