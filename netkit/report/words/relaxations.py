"""What would give a pair its tier, and what margin a pair has that keeps it."""

from __future__ import annotations

from netkit.errors import counted
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
            longer = "" if one.sids is None else f" and {_handle(one.sids)}"
            return give_up_text(one.waived) + longer
        case RelaxationKind.SIDS:
            return _handle(one.sids)
        case RelaxationKind.BOUND:
            return f"raise the bound to {delay_text(one.bound_us)}"
        case RelaxationKind.TIER:
            return f"take tier {one.tier}"
        case RelaxationKind.BANDWIDTH:
            return f"ask for {gbps_text(one.bandwidth_bps)}"
        case RelaxationKind.CAPACITY:
            return " and ".join(map(more_text, one.shortages))
        case RelaxationKind.SHORTEN:
            was, then = delay_text(one.from_us), delay_text(one.delay_us)
            return f"shorten {one.label} from {was} to {then}"
        case RelaxationKind.BUILD:
            return _build(one)


def margin_text(margin: Margin) -> str:
    """How far the bound could fall, and what would bind below that."""
    text = f"{delay_text(margin.margin_us)} to the bound; the bound could fall to "
    text += f"{delay_text(margin.least_us)}; below that "
    if isinstance(margin.below, RoomLacking):
        return f"{text}no list has room: {' and '.join(map(more_text, margin.below.shortages))}"
    return text + reason_text(margin.below)


def _raise_limit(one: Relaxation) -> str:
    (waived,) = one.waived
    name = waived.constraint
    was, then = limit_text(name, waived.value), limit_text(name, one.limit)
    return f"raise {constraint_text(name)} from {was} to {then}"


def _build(one: Relaxation) -> str:
    what = MISSING if one.addition is None else build_text(one.addition)
    return what if one.room_bps is None else f"{what}, with room for {gbps_text(one.room_bps)}"


def _handle(sids: int | None) -> str:
    return f"let routers handle lists of {MISSING if sids is None else counted(sids, 'SID')}"
