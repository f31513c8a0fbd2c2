"""What is told where routers do not take the kind of SID, classic or uSID, that a network is of.

Where some routers take classic SIDs alone and others uSIDs alone, neither kind fits all: what is
told then is not the other kind, but what does work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from netkit.emit.dialect import Dialect
from netkit.emit.limits import CLASSIC_SIDS, KIND_OF_SID, USIDS, Exceeded
from netkit.errors import Problem, counted
from netkit.model.network.topology import Topology
from netkit.model.router_state import RouterState

_MOST_NAMED = 3

_STATED = "It is what the topology states of this router"
_EACH_ITS_OWN = (
    "State the `locators` and `sids` that each router advertises, `End` of these and `uN` of those"
    " (of link state, `netkit topo import` has them), and have lists pushed a SID each and not"
    " as uSIDs: a uN by itself is an End. Policies of routers of uSIDs alone over classic SIDs are"
    " then left out"
)


def is_of_kind(one: Exceeded) -> bool:
    """Is the limit that the platform takes SIDs of the other kind alone?"""
    return one.what == KIND_OF_SID


def kind_problems(
    topology: Topology,
    refused: Collection[Exceeded],
    states: Mapping[str, RouterState],
    dialects: Mapping[str, Dialect],
    targets: Mapping[str, str],
) -> Iterator[Problem]:
    """What is told of ``refused`` kinds of SID: for all routers at once where no kind fits all."""
    takes = {one.router: one.fits for one in refused}
    if takes and not topology.advertised:
        takes |= _refuse_the_other(states, dialects, takes)
    if len(set(takes.values())) > 1 and not topology.advertised:
        yield _divided(topology.name, takes, targets)
        return
    for one in refused:
        what = f"{one.router} ({targets[one.router]}): {one.where}: {one.what}"
        remedy, field = (_STATED, None) if topology.advertised else _REMEDIES[one.fits]
        yield Problem(topology.name, None, what, one.value, one.fits, remedy, field)


_REMEDIES = {
    USIDS: ("Push lists as uSIDs", "usid"),
    CLASSIC_SIDS: ("Have lists pushed a SID each, not as uSIDs", None),
}


def _refuse_the_other(
    states: Mapping[str, RouterState], dialects: Mapping[str, Dialect], beside: Collection[str]
) -> dict[str, str]:
    """Of the routers that take the kind asked for, those that would not take the other one."""
    return {
        name: one.fits
        for name, state in states.items() if name not in beside
        for one in dialects[name].exceeded(_of_other_kind(state), None) if is_of_kind(one)
    }  # fmt: skip


def _of_other_kind(state: RouterState) -> RouterState:
    return replace(state, locators=tuple(replace(one, usid=not one.usid) for one in state.locators))


def _divided(topology: str, takes: Mapping[str, str], targets: Mapping[str, str]) -> Problem:
    told = [f"{kind} alone by {_takers(kind, takes, targets)}" for kind in (CLASSIC_SIDS, USIDS)]
    what = f"no {KIND_OF_SID} is taken by all routers"
    return Problem(topology, None, what, "; ".join(told), "one that is", _EACH_ITS_OWN)


def _takers(kind: str, takes: Mapping[str, str], targets: Mapping[str, str]) -> str:
    """The routers that take that kind alone, by target."""
    by_target: dict[str, list[str]] = {}
    for name, fits in takes.items():
        if fits == kind:
            by_target.setdefault(targets[name], []).append(name)
    return " and ".join(f"{_few(names)} ({target})" for target, names in by_target.items())


def _few(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    beyond = f" and {counted(more, 'more router')}" if more > 0 else ""
    return f"{', '.join(names[:_MOST_NAMED])}{beyond}"
