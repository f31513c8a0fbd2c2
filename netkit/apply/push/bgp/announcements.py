"""The policies of a router as announcements of BGP, one for each candidate path."""

from __future__ import annotations

import hashlib
from ipaddress import IPv4Address, IPv6Address

from netkit.errors import InputError, Problem, WireError
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)
from netkit.model.srv6.code_points import code_point
from netkit.wire.bgp_sr_policy.update import update
from netkit.wire.bgp_sr_policy.values import (
    Announcement,
    Behavior,
    BindingSid,
    CandidatePath,
    Nlri,
    SegmentList,
    SidSegment,
)

_LONGEST_NEXT_HOP = IPv6Address(0)


def announcements(
    state: RouterState, headend: IPv4Address, *, path_names: bool = True
) -> tuple[Announcement, ...]:
    """What BGP says of the policies of a router, whose BGP Identifier is ``headend``; with
    ``path_names``, candidate paths have theirs, beside that of their policy.

    Raises InputError with everything that has no form in BGP: colors, preferences, names and lists
    that fit no field, messages larger than 4,096 bytes.
    """
    found: list[Announcement] = []
    problems: list[Problem] = []
    for policy in state.policies:
        for path in policy.candidate_paths:
            one = _announcement(state.router, policy, path, headend, path_names)
            try:
                _require_lists(one)
                update(one, _LONGEST_NEXT_HOP)
            except WireError as error:
                problems.append(_problem(state.router, policy, path, error))
            found.append(one)
    if problems:
        raise InputError(problems)
    return tuple(sorted(found, key=lambda one: one.nlri))


def distinguisher(router: str, preference: int) -> int:
    """What keeps a candidate path apart from those of other preferences and of other headends.

    Of 32 bits, from a hash: the same in every run and on every machine. A clash with what is there
    already is found before anything is announced.

    >>> hex(distinguisher("wuhu-dc", 200))
    '0xe3b92ea0'
    """
    name = f"netkit/{router}/{preference}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(name).digest()[:4], "big")


def _announcement(
    router: str,
    policy: PolicyState,
    path: CandidatePathState,
    headend: IPv4Address,
    path_names: bool,
) -> Announcement:
    binding = policy.binding_sid
    own = CandidatePath(
        lists=tuple(_list(one) for one in path.lists),
        preference=path.preference,
        binding_sid=None if binding is None else BindingSid(binding),
        path_name=path.name if path_names else None,
        policy_name=policy.name,
    )
    name = Nlri(distinguisher(router, path.preference), policy.color, policy.endpoint)
    return Announcement(name, own, headend)


def _list(own: WeightedList) -> SegmentList:
    return SegmentList(tuple(_segment(one) for one in own.segments), own.weight)


def _segment(own: SegmentState) -> SidSegment:
    """A behavior without the lengths of the SID's parts is not said: receivers drop those whose
    lengths are all zero (osrg/gobgp#2773)."""
    number = None if own.behavior is None else code_point(own.behavior, own.flavors)
    if number is None or own.structure is None:
        return SidSegment(own.sid)
    return SidSegment(own.sid, Behavior(number, own.structure))


def _require_lists(announcement: Announcement) -> None:
    lists = announcement.path.lists
    if not lists or not all(one.segments for one in lists):
        raise WireError("a candidate path without segments")


def _problem(
    router: str, policy: PolicyState, path: CandidatePathState, error: WireError
) -> Problem:
    where = f"policy {policy.name or policy.key}, preference {path.preference}"
    return Problem(router, None, f"{where}: {error}")
