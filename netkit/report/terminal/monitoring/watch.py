"""What the closed loop tells people: each action in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from netkit.language.words import counted, say
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
            yield say("{links} measured anew", links=counted(len(links), "link direction"))
            yield from map(_link, links)
        case PairsInDanger(pairs):
            yield say("{pairs} in danger", pairs=counted(len(pairs), "pair"))
            yield from map(_danger, pairs)
        case NoBetterList(pairs):
            yield say("no better list for {pairs}", pairs=_named(pairs))
        case PlanChange():
            yield from _change(told, told.action)
        case Confirmed(pairs):
            yield say("confirmed inside their tiers: {pairs}", pairs=_named(pairs))
        case NotConfirmed():
            what = say("could not be taken back" if told.failed else "taken back")
            yield say("not confirmed, {what}: {pairs}: {why}", what=what,
                      pairs=_named(told.action.pairs), why=told.action.why)  # fmt: skip
            yield from _difference(told)


def _change(told: Told, action: PlanChange) -> Iterator[str]:
    named = _named(action.pairs)
    if told.failed:
        yield say("could not be applied, all is as it was: {pairs}: {why}", pairs=named,
                  why=told.failed)  # fmt: skip
    elif action.apply:
        yield say("applied, to be confirmed: {pairs}", pairs=named)
    else:
        yield say("replanned, not applied: {pairs}: {why}", pairs=named, why=action.why)
    yield from _difference(told)


def _difference(told: Told) -> Iterator[str]:
    if told.diff is not None:
        yield from (text.plain for text in diff_lines(*told.diff))


def _link(one: Announcement) -> str:
    sure = (
        say("known by sums with others")
        if one.uncertainty_us is None
        else f"± {us_to_ms(one.uncertainty_us):.3f} ms"
    )
    at_once = say(", at once") if one.accelerated else ""
    before, after = us_to_ms(one.before_us), us_to_ms(one.delay_us)
    return f"{_key(one.link)}: {before:.3f} -> {after:.3f} ms, {sure}{at_once}"


def _danger(one: Danger) -> str:
    name = say("{src} to {dst}", src=one.pair[0], dst=one.pair[1])
    bound = say("bound {value} ms", value=f"{us_to_ms(one.bound_us):g}")
    if one.guaranteed_us is None:
        gone = say("a list of it does not come through any more")
        return name + say(": ") + say(", ").join([gone, bound])
    state = say("broken" if one.broken else "small margin")
    held = f"{us_to_ms(one.planned_us):.3f} -> {us_to_ms(one.guaranteed_us):.3f} ms"
    return name + say(": ") + say(", ").join([held, bound, state])


def survey_lines(survey: CampaignSurvey, every: frozenset[LinkKey]) -> Iterator[str]:
    """What a campaign's flows tell of the links, and what they do not."""
    told = survey.told
    together = frozenset[LinkKey]().union(*told.together)
    yield say(
        "{flows} over links, {others} of pairs of the plan",
        flows=counted(len(survey.paths), "flow"), others=counted(len(survey.measures), "flow"),
    )  # fmt: skip
    yield say("told by themselves: {part} of {all} link directions", part=len(told.alone),
              all=len(every))  # fmt: skip
    for group in told.together:
        yield say("told together only: {links}", links=_keys(group))
    unseen = sorted(every - told.alone - together)
    if unseen:
        yield say("not measured: {links}", links=_keys(unseen))
    for flow, why in survey.unused.items():
        yield say("not used: {src} to {dst}, {flow}: {why}", src=flow[0], dst=flow[1],
                  flow=flow[2], why=why)  # fmt: skip


def smallest_lines(survey: Survey, topology: Topology) -> Iterator[str]:
    """The sessions of a smallest survey, as a campaign file has them, and what they tell."""
    yield say("a smallest survey from these sites: {sessions}",
              sessions=counted(len(survey.sessions), "session"))  # fmt: skip
    for one in survey.sessions:
        there, back = (", ".join(_sids(topology, way)) for way in (one.links, one.back))
        yield f"{one.src} to {one.dst}: path: [{there}], return_path: [{back}]"
    yield say("it tells {count} link directions by themselves", count=len(survey.told.alone))
    for group in survey.told.together:
        yield say("told together only: {links}", links=_keys(group))
    if survey.unseen:
        yield say("no session can cross: {links}", links=_keys(survey.unseen))


def _sids(topology: Topology, way: tuple[LinkKey, ...]) -> Iterator[str]:
    """The End.X of each link, or the link's name where nobody advertises one."""
    for link in way:
        yield str(end_x_sid(topology, topology.adjacency[link]) or link[0])


def _key(link: LinkKey) -> str:
    return say("{link} from {node}", link=link[0], node=link[1])


def _keys(links: Iterable[LinkKey]) -> str:
    return say(", ").join(map(_key, sorted(links)))


def _named(pairs: tuple[Pair, ...]) -> str:
    return say(", ").join(say("{src} to {dst}", src=src, dst=dst) for src, dst in pairs)
