"""Why a pair cannot have its tier, one sentence a cause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from netkit.errors import counted
from netkit.model.planning.reason import (
    ConstraintsBind,
    Evidence,
    FloorOverBound,
    NoPath,
    NoRoom,
    NotAdvertised,
    OtherSteering,
    SteeringOption,
    TooManySids,
    TooSlow,
)
from netkit.report.words.capacity import lack_text, split_text
from netkit.report.words.constraints import constraint_text
from netkit.report.words.units import delay_text, gbps_text

_SHORTAGES_NAMED = 3

_OPTIONS = {
    SteeringOption.BINDING_SIDS: "binding SIDs",
    SteeringOption.STITCH_BORDER: "stitch border",
}


def reason_text(evidence: Evidence) -> str:
    """What binds, with its figures, and the nearest thing that would work."""
    match evidence:
        case FloorOverBound():
            return _floor(evidence)
        case NoPath():
            return _no_path(evidence)
        case TooSlow():
            return _too_slow(evidence)
        case ConstraintsBind():
            return "".join(_constraints(evidence))
        case NotAdvertised():
            return _not_advertised(evidence)
        case TooManySids():
            return "".join(_too_many_sids(evidence))
        case NoRoom():
            return "; ".join(_no_room(evidence))
        case _:
            assert_never(evidence)


def _floor(found: FloorOverBound) -> str:
    text = (
        f"light in fibre needs {delay_text(found.floor_us)} along the great circle, over the bound "
        f"of {delay_text(found.bound_us)}: no network can do it"
    )
    if found.best_us is None:
        return text
    return f"{text}; the fastest path of this one takes {delay_text(found.best_us)}"


def _no_path(found: NoPath) -> str:
    first, second = found.src_operator, found.dst_operator
    if first == second:
        return f"no path inside operator {first}"
    return f"no path from operator {first} to operator {second} with one direct hand-over"


def _too_slow(found: TooSlow) -> str:
    worst = ", ".join(f"{link} {delay_text(delay_us)}" for link, delay_us in found.slowest)
    text = (
        f"the fastest path takes {delay_text(found.best_us)}, "
        f"{delay_text(found.best_us - found.bound_us)} over the bound of "
        f"{delay_text(found.bound_us)}; its slowest links: {worst}"
    )
    if found.floor_us is None:
        return text
    return f"{text}; the great-circle floor is {delay_text(found.floor_us)}"


def _constraints(found: ConstraintsBind) -> Iterator[str]:
    yield "no path keeps all constraints"
    if found.best_us is not None:
        yield f" and the bound: the fastest that keeps them takes {delay_text(found.best_us)}"
    for measure, unknown in found.unstated:
        yield f"; {unknown} of {found.adjacencies} adjacencies do not state their {measure}"
    yield f"; without any, {delay_text(found.free_us)}; "
    enough = [f"{constraint_text(name)}, {delay_text(us)}" for name, us in found.enough]
    yield f"enough to give up: {' or '.join(enough)}" if enough else "more than one must go"


def _not_advertised(found: NotAdvertised) -> str:
    needed = ", ".join(
        f"the End of {node}" if link is None else f"the End.X of {node} over {link}"
        for node, link in found.missing
    )
    text = f"a path of {delay_text(found.best_us)} is inside the bound, but "
    if found.endpoint is not None:
        text += f"{found.endpoint} advertises no SRv6 locator for a list to end in"
    else:
        text += f"the shortest list for it needs {needed}, which nobody advertises"
    text = (
        f"{text}; {found.routers} of {found.all_routers} routers advertise no End, "
        f"{found.adjacencies} of {found.all_adjacencies} adjacencies no End.X"
    )
    if found.nothing:
        text += (
            "; to number the routers by netkit's address plan, convert the file with "
            "`netkit topo import` and take `sids_advertised` out"
        )
    return text


def _too_many_sids(found: TooManySids) -> Iterator[str]:
    yield f"a path of {delay_text(found.best_us)} exists within the bound of "
    yield f"{delay_text(found.bound_us)}, but "
    if found.least_us is None:
        yield "the limits allow no list at all"
    elif found.least_us <= found.bound_us:
        yield "the limits allow none that leaves the rest to the neighbour's binding SID"
    else:
        yield f"the best that the limits allow guarantees {delay_text(found.least_us)}"
    if found.sids_needed is not None:
        yield f"; {counted(found.sids_needed, 'SID')} would do"
    if found.other is not None:
        yield _other_steering(found.other)


def _other_steering(other: OtherSteering) -> str:
    cut = f", cut at {' and '.join(other.cut_at)}" if other.cut_at else ""
    return f"; with {_OPTIONS[other.option]} there is one{cut}"


def _no_room(found: NoRoom) -> Iterator[str]:
    """Its clauses; the shortages named first, and how many more there are."""
    lacks = "; ".join(map(lack_text, found.shortages[:_SHORTAGES_NAMED]))
    wanted = gbps_text(found.bandwidth_bps)
    yield f"no list has room for {wanted}: the best of {delay_text(found.best_us)} {lacks}"
    more = len(found.shortages) - _SHORTAGES_NAMED
    if more > 0:
        yield f"and {counted(more, 'more link')}"
    fits = "no bandwidth" if found.fits_bps is None else gbps_text(found.fits_bps)
    yield f"{fits} would fit"
    if found.split is not None:
        yield split_text(found.split)
