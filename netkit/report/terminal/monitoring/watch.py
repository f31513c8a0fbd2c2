"""What the closed loop tells people: each action in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from netkit.errors import counted
from netkit.model.network.topology import Topology
from netkit.model.srv6.node_sids import end_x_sid
from netkit.model.units import NS_PER_S, us_to_ms
from netkit.model.upkeep import Danger, Pair
from netkit.monitor.loop.actions import (
    Confirmed,
    LinksAnnounced,
    NoBetterList,
    NotConfirmed,
    PairsInDanger,
    PlanChange,
)
from netkit.monitor.loop.advertising import Announcement
from netkit.monitor.loop.link_delays import LinkKey
from netkit.monitor.loop.observed import CampaignSurvey
from netkit.monitor.loop.survey import Survey
from netkit.report.terminal.routers.state_diff import diff_lines
from netkit.report.watch_told import Told


def told_lines(told: Told, now_ns: int) -> Iterator[str]:
    """The time, what was done, and what it rests on."""
    clock = datetime.fromtimestamp(now_ns // NS_PER_S, UTC).strftime("%H:%M:%S")
    head, *rest = _lines(told)
    yield f"{clock} {head}"
    yield from (f"         {line}" for line in rest)


def _lines(told: Told) -> Iterator[str]:
    match told.action:
        case LinksAnnounced(links):
            yield f"{counted(len(links), 'link direction')} measured anew"
            yield from map(_link, links)
        case PairsInDanger(pairs):
            yield f"{counted(len(pairs), 'pair')} in danger"
            yield from map(_danger, pairs)
        case NoBetterList(pairs):
            yield f"no better list for {_named(pairs)}"
        case PlanChange():
            yield from _change(told, told.action)
        case Confirmed(pairs):
            yield f"confirmed inside their tiers: {_named(pairs)}"
        case NotConfirmed():
            what = "could not be taken back" if told.failed else "taken back"
            yield f"not confirmed, {what}: {_named(told.action.pairs)}: {told.action.why}"
            yield from _difference(told)


def _change(told: Told, action: PlanChange) -> Iterator[str]:
    named = _named(action.pairs)
    if told.failed:
        yield f"could not be applied, all is as it was: {named}: {told.failed}"
    elif action.apply:
        yield f"applied, to be confirmed: {named}"
    else:
        yield f"replanned, not applied: {named}: {action.why}"
    yield from _difference(told)


def _difference(told: Told) -> Iterator[str]:
    if told.diff is not None:
        yield from (text.plain for text in diff_lines(*told.diff))


def _link(one: Announcement) -> str:
    sure = (
        "known by sums with others"
        if one.uncertainty_us is None
        else f"± {us_to_ms(one.uncertainty_us):.3f} ms"
    )
    at_once = ", at once" if one.accelerated else ""
    before, after = us_to_ms(one.before_us), us_to_ms(one.delay_us)
    return f"{_key(one.link)}: {before:.3f} -> {after:.3f} ms, {sure}{at_once}"


def _danger(one: Danger) -> str:
    name = f"{one.pair[0]} to {one.pair[1]}"
    bound = f"bound {us_to_ms(one.bound_us):g} ms"
    if one.guaranteed_us is None:
        return f"{name}: a list of it does not come through any more, {bound}"
    state = "broken" if one.broken else "small margin"
    held = f"{us_to_ms(one.planned_us):.3f} -> {us_to_ms(one.guaranteed_us):.3f} ms"
    return f"{name}: {held}, {bound}, {state}"


def survey_lines(survey: CampaignSurvey, every: frozenset[LinkKey]) -> Iterator[str]:
    """What a campaign's flows tell of the links, and what they do not."""
    told = survey.told
    together = frozenset[LinkKey]().union(*told.together)
    yield (
        f"{counted(len(survey.paths), 'flow')} over links, "
        f"{counted(len(survey.measures), 'flow')} of pairs of the plan"
    )
    yield f"told by themselves: {len(told.alone)} of {len(every)} link directions"
    for group in told.together:
        yield f"told together only: {', '.join(map(_key, sorted(group)))}"
    unseen = sorted(every - told.alone - together)
    if unseen:
        yield f"not measured: {', '.join(map(_key, unseen))}"
    for flow, why in survey.unused.items():
        yield f"not used: {flow[0]} to {flow[1]}, {flow[2]}: {why}"


def smallest_lines(survey: Survey, topology: Topology) -> Iterator[str]:
    """The sessions of a smallest survey, as a campaign file has them, and what they tell."""
    yield f"a smallest survey from these sites: {counted(len(survey.sessions), 'session')}"
    for one in survey.sessions:
        there, back = (", ".join(_sids(topology, way)) for way in (one.links, one.back))
        yield f"{one.src} to {one.dst}: path: [{there}], return_path: [{back}]"
    yield f"it tells {len(survey.told.alone)} link directions by themselves"
    for group in survey.told.together:
        yield f"told together only: {', '.join(map(_key, sorted(group)))}"
    if survey.unseen:
        yield f"no session can cross: {', '.join(map(_key, sorted(survey.unseen)))}"


def _sids(topology: Topology, way: tuple[LinkKey, ...]) -> Iterator[str]:
    """The End.X of each link, or the link's name where nobody advertises one."""
    for link in way:
        yield str(end_x_sid(topology, topology.adjacency[link]) or link[0])


def _key(link: LinkKey) -> str:
    return f"{link[0]} from {link[1]}"


def _named(pairs: tuple[Pair, ...]) -> str:
    return ", ".join(f"{src} to {dst}" for src, dst in pairs)
