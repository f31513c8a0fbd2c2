"""What two descriptions of a network's routers differ in, each as the other's files can say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from netkit.emit.dialect import Carried, Dialect, Foreign, InParts
from netkit.emit.state_diff import Change, differences, in_lowest_terms, nameless
from netkit.emit.targets import dialect
from netkit.errors import InputError, did_you_mean
from netkit.model.network.platform import Platform
from netkit.model.planning.sr_policy import LAST_BOUND_COLOR
from netkit.model.router_state import CandidatePathState, RouterState, SegmentState

_SID_BY_SID = frozenset({"json", "linux"})
_WITHOUT_POLICIES = frozenset({"sonic"})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: ``states`` by router, and the ``targets`` of those that were read from files.

    ``platforms`` are those that a topology states, whose versions files are compared by.
    ``foreign`` are statements that netkit kept and did not judge. ``policies_only``: nothing else
    is compared of the routers; unless ``told``, of their SIDs only the addresses are known.
    ``single``: one file that was saved from one router, and ``sure`` whose
    it is, and of which ``suffix``; without an edge filter it may be one of the router's files.
    """

    what: str
    states: Mapping[str, RouterState]
    targets: Mapping[str, str]
    foreign: Mapping[str, tuple[Foreign, ...]]
    platforms: Mapping[str, Platform] = field(default_factory=dict)
    policies_only: bool = False
    told: bool = False
    single: bool = False
    sure: bool = True
    suffix: str | None = None


@dataclass(frozen=True, slots=True)
class NetworkDiff:
    """Routers of one side alone, and what those of both differ in; ``same`` has no difference."""

    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    changes: Mapping[str, tuple[Change, ...]]
    same: tuple[str, ...]

    @property
    def none(self) -> bool:
        """Whether both sides say the same."""
        return not (self.only_old or self.only_new or self.changes)


def compare(old: Side, new: Side) -> NetworkDiff:
    """What ``new`` has otherwise than ``old``, router by router.

    Each side is compared as the other's files can say it, so that what a platform has no word for
    is no difference; two platforms' names are not compared. A single saved file is compared with
    its router alone; raises InputError where the other side has no such router.
    """
    _enough(old, new)
    _enough(new, old)
    old, new = _paired(old, new)
    both = [name for name in old.states if name in new.states]
    found = {name: _router(name, old, new) for name in both}
    return NetworkDiff(
        tuple(name for name in old.states if name not in new.states),
        tuple(name for name in new.states if name not in old.states),
        {name: changes for name, changes in found.items() if changes},
        tuple(name for name, changes in found.items() if not changes),
    )


def _enough(side: Side, other: Side) -> None:
    """A plan's document says SIDs without their behaviours, and no locators: enough for targets
    that write lists SID by SID; for others its topology has to tell them."""
    if not side.policies_only:
        return
    targets = set(other.targets.values())
    lacking = sorted(targets - _SID_BY_SID)
    if lacking and not side.told:
        raise InputError.single(
            f"it says too little to be compared with files of {', '.join(lacking)}",
            file=side.what, remedy="Give the topology that was planned on", field="topology",
        )  # fmt: skip
    if targets and targets <= _WITHOUT_POLICIES:
        raise InputError.single(
            f"it says policies, and files of {', '.join(targets)} have none",
            file=side.what, remedy="Compare them with the topology itself",
        )  # fmt: skip


def _paired(old: Side, new: Side) -> tuple[Side, Side]:
    """Both sides with the same routers where one of them is a single saved file or knows policies
    alone."""
    if old.single:
        old = _renamed(old, new)
        return old, _only(new, old)
    if new.single:
        new = _renamed(new, old)
        return _only(old, new), new
    return _filled(old, new), _filled(new, old)


def _filled(side: Side, other: Side) -> Side:
    """A plan's document has no word for routers without policies: they are there all the same."""
    if not side.policies_only:
        return side
    empty = {name: RouterState(name) for name in other.states}
    return replace(side, states={**empty, **side.states})


def _renamed(single: Side, other: Side) -> Side:
    """A saved file under the name of the one router that it can be compared with: the one that its
    name is, or begins with up to some dot."""
    (name,) = single.states
    if name in other.states:
        return single
    begins = (name.rsplit(".", dots)[0] for dots in range(1, name.count(".") + 1))
    known = next((one for one in begins if one in other.states), None)
    if known is not None and not single.sure:
        return _called(single, known)
    if single.sure or len(other.states) != 1:
        what = "the other side has no such router" if single.sure else "whose file is it?"
        meant = did_you_mean(name, other.states) if single.sure else None
        raise InputError.single(
            what, file=single.what, value=name, remedy=meant or "Say whose it is",
            field=None if meant else "router",
        )  # fmt: skip
    return _called(single, next(iter(other.states)))


def _called(single: Side, known: str) -> Side:
    (name,) = single.states
    state = replace(single.states[name], router=known)
    return replace(
        single,
        states={known: state},
        targets={known: single.targets[name]},
        foreign={known: single.foreign[name]} if name in single.foreign else {},
    )


def _only(side: Side, single: Side) -> Side:
    """``side`` without the routers that a single saved file is not of."""
    return replace(side, states={name: side.states[name] for name in single.states})


def _router(name: str, old: Side, new: Side) -> tuple[Change, ...]:
    before, after = old.states[name], new.states[name]
    mine, theirs = old.targets.get(name), new.targets.get(name)
    if theirs is not None and theirs != mine:
        before = _dialect(name, theirs, old).carried(before).state
    if mine is not None and mine != theirs:
        after = _dialect(name, mine, new).carried(after).state
    for side in (old, new):
        before, after = (_part(one, name, side) for one in (before, after))
    if (old.single and before.edge is None) or (new.single and after.edge is None):
        before, after = replace(before, edge=None), replace(after, edge=None)
    if old.policies_only or new.policies_only:
        before, after = _policies_only(before), _policies_only(after)
    elif mine is not None and theirs is not None and mine != theirs:
        before, after = nameless(before), nameless(after)
    return differences(in_lowest_terms(before), in_lowest_terms(after))


def _part(state: RouterState, name: str, side: Side) -> RouterState:
    """What the one file of ``side`` could say of a state."""
    target = side.targets.get(name)
    if target is None or side.suffix is None:
        return state
    own = dialect(target)
    return own.part(Carried(state), side.suffix).state if isinstance(own, InParts) else state


def _dialect(name: str, target: str, stated: Side) -> Dialect:
    """The dialect of a target, in the version that the other side states of the router."""
    platform = stated.platforms.get(name)
    known = platform is not None and platform.name == target
    return dialect(target, platform.version if platform is not None and known else None)


def _policies_only(state: RouterState) -> RouterState:
    """What a plan's document has of a router."""
    own = (
        replace(
            policy, name=None, binding_sid=None,
            candidate_paths=tuple(map(_path, policy.candidate_paths)),
        )
        for policy in state.policies
        if policy.color <= LAST_BOUND_COLOR
    )  # fmt: skip
    return RouterState(state.router, policies=tuple(own))


def _path(path: CandidatePathState) -> CandidatePathState:
    lists = tuple(
        replace(one, name=None, segments=tuple(SegmentState(own.sid) for own in one.segments))
        for one in path.lists
    )
    return CandidatePathState(path.preference, lists)
