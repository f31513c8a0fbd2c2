"""What would give a pair its tier, and what margin a pair has that keeps it."""

from __future__ import annotations

from netkit.language.words import counted, say
from netkit.model.planning.reason import Margin, RoomLacking
from netkit.model.planning.relaxation import Relaxation, RelaxationKind
from netkit.report.words.advice import build_text
from netkit.report.words.capacity import more_text
from netkit.report.words.constraints import constraint_text, give_up_text, limit_text
from netkit.report.words.reasons import reason_text
from netkit.report.words.units import MISSING, delay_text, gbps_text


def relaxation_text(one: Relaxation) -> str:
    """One thing that would be enough, as what to do."""
    match one.kind:
        case RelaxationKind.LIMIT:
            return _raise_limit(one)
        case RelaxationKind.CONSTRAINTS:
            longer = "" if one.sids is None else say(" and ") + _handle(one.sids)
            return give_up_text(one.waived) + longer
        case RelaxationKind.SIDS:
            return _handle(one.sids)
        case RelaxationKind.BOUND:
            return say("raise the bound to {bound}", bound=delay_text(one.bound_us))
        case RelaxationKind.TIER:
            return say("take tier {tier}", tier=one.tier)
        case RelaxationKind.BANDWIDTH:
            return say("ask for {bandwidth}", bandwidth=gbps_text(one.bandwidth_bps))
        case RelaxationKind.CAPACITY:
            return say(" and ").join(map(more_text, one.shortages))
        case RelaxationKind.SHORTEN:
            was, then = delay_text(one.from_us), delay_text(one.delay_us)
            return say("shorten {link} from {was} to {then}", link=one.label, was=was, then=then)
        case RelaxationKind.BUILD:
            return _build(one)


def margin_text(margin: Margin) -> str:
    """How far the bound could fall, and what would bind below that."""
    below = (
        say("no list has room: {shortages}",
            shortages=say(" and ").join(map(more_text, margin.below.shortages)))
        if isinstance(margin.below, RoomLacking)
        else reason_text(margin.below)
    )  # fmt: skip
    return say(
        "{margin} to the bound; the bound could fall to {least}; below that {below}",
        margin=delay_text(margin.margin_us), least=delay_text(margin.least_us), below=below,
    )  # fmt: skip


def _raise_limit(one: Relaxation) -> str:
    (waived,) = one.waived
    name = waived.constraint
    was, then = limit_text(name, waived.value), limit_text(name, one.limit)
    return say(
        "raise {constraint} from {was} to {then}",
        constraint=constraint_text(name), was=was, then=then,
    )  # fmt: skip


def _build(one: Relaxation) -> str:
    what = MISSING if one.addition is None else build_text(one.addition)
    if one.room_bps is None:
        return what
    return say("{what}, with room for {room}", what=what, room=gbps_text(one.room_bps))


def _handle(sids: int | None) -> str:
    length = MISSING if sids is None else counted(sids, "SID")
    return say("let routers handle lists of {length}", length=length)
