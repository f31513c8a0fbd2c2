"""Why a pair cannot have its tier, one sentence a cause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from netkit.language.words import counted, marked, say
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
    SteeringOption.BINDING_SIDS: marked("binding SIDs"),
    SteeringOption.STITCH_BORDER: marked("stitch border"),
}

_MEASURES = {
    "hops": marked("hops"),
    "jitter": marked("jitter"),
    "loss": marked("loss"),
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
            return say("; ").join(_no_room(evidence))
        case _:
            assert_never(evidence)


def _floor(found: FloorOverBound) -> str:
    text = say(
        "light in fibre needs {floor} along the great circle, over the bound of {bound}: "
        "no network can do it",
        floor=delay_text(found.floor_us), bound=delay_text(found.bound_us),
    )  # fmt: skip
    if found.best_us is None:
        return text
    return text + say("; the fastest path of this one takes {best}", best=delay_text(found.best_us))


def _no_path(found: NoPath) -> str:
    first, second = found.src_operator, found.dst_operator
    if first == second:
        return say("no path inside operator {operator}", operator=first)
    return say(
        "no path from operator {first} to operator {second} with one direct hand-over",
        first=first, second=second,
    )  # fmt: skip


def _too_slow(found: TooSlow) -> str:
    worst = ", ".join(f"{link} {delay_text(delay_us)}" for link, delay_us in found.slowest)
    text = say(
        "the fastest path takes {best}, {over} over the bound of {bound}; its slowest links: "
        "{links}",
        best=delay_text(found.best_us), over=delay_text(found.best_us - found.bound_us),
        bound=delay_text(found.bound_us), links=worst,
    )  # fmt: skip
    if found.floor_us is None:
        return text
    return text + say("; the great-circle floor is {floor}", floor=delay_text(found.floor_us))


def _constraints(found: ConstraintsBind) -> Iterator[str]:
    if found.best_us is None:
        yield say("no path keeps all constraints")
    else:
        yield say(
            "no path keeps all constraints and the bound: the fastest that keeps them takes {best}",
            best=delay_text(found.best_us),
        )
    for measure, unknown in found.unstated:
        yield say(
            "; {unknown} of {all} adjacencies do not state their {measure}",
            unknown=unknown, all=found.adjacencies, measure=say(_MEASURES[measure]),
        )  # fmt: skip
    yield say("; without any, {free}; ", free=delay_text(found.free_us))
    enough = [f"{constraint_text(name)}, {delay_text(us)}" for name, us in found.enough]
    if enough:
        yield say("enough to give up: {constraints}", constraints=say(" or ").join(enough))
    else:
        yield say("more than one must go")


def _not_advertised(found: NotAdvertised) -> str:
    needed = ", ".join(
        say("the End of {node}", node=node)
        if link is None
        else say("the End.X of {node} over {link}", node=node, link=link)
        for node, link in found.missing
    )
    best = delay_text(found.best_us)
    text = (
        say(
            "a path of {best} is inside the bound, but the shortest list for it needs {needed}, "
            "which nobody advertises",
            best=best, needed=needed,
        )
        if found.endpoint is None
        else say(
            "a path of {best} is inside the bound, but {endpoint} advertises no SRv6 locator for a "
            "list to end in",
            best=best, endpoint=found.endpoint,
        )
    )  # fmt: skip
    text += say(
        "; {routers} of {all_routers} routers advertise no End, {adjacencies} of {all_adjacencies} "
        "adjacencies no End.X",
        routers=found.routers, all_routers=found.all_routers,
        adjacencies=found.adjacencies, all_adjacencies=found.all_adjacencies,
    )  # fmt: skip
    if found.nothing:
        text += say(
            "; to number the routers by netkit's address plan, convert the file with "
            "`netkit topo import` and take `sids_advertised` out"
        )
    return text


def _too_many_sids(found: TooManySids) -> Iterator[str]:
    yield say(
        "a path of {best} exists within the bound of {bound}, but ",
        best=delay_text(found.best_us), bound=delay_text(found.bound_us),
    )  # fmt: skip
    if found.least_us is None:
        yield say("the limits allow no list at all")
    elif found.least_us <= found.bound_us:
        yield say("the limits allow none that leaves the rest to the neighbour's binding SID")
    else:
        yield say(
            "the best that the limits allow guarantees {least}", least=delay_text(found.least_us)
        )
    if found.sids_needed is not None:
        yield say("; {sids} would do", sids=counted(found.sids_needed, "SID"))
    if found.other is not None:
        yield _other_steering(found.other)


def _other_steering(other: OtherSteering) -> str:
    option = say(_OPTIONS[other.option])
    if not other.cut_at:
        return say("; with {option} there is one", option=option)
    places = say(" and ").join(other.cut_at)
    return say("; with {option} there is one, cut at {places}", option=option, places=places)


def _no_room(found: NoRoom) -> Iterator[str]:
    """Its clauses; the shortages named first, and how many more there are."""
    yield say(
        "no list has room for {wanted}: the best of {best} {lacks}",
        wanted=gbps_text(found.bandwidth_bps), best=delay_text(found.best_us),
        lacks=say("; ").join(map(lack_text, found.shortages[:_SHORTAGES_NAMED])),
    )  # fmt: skip
    more = len(found.shortages) - _SHORTAGES_NAMED
    if more > 0:
        yield say("and {links}", links=counted(more, "more link"))
    fits = say("no bandwidth") if found.fits_bps is None else gbps_text(found.fits_bps)
    yield say("{fits} would fit", fits=fits)
    if found.split is not None:
        yield split_text(found.split)
