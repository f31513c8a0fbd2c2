"""The statements of SR OS as a router's state: what of a configuration is in force.

Whatever is disabled, as everything is until it is enabled, is not in the state: it stays foreign.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.emit.common.sids import in_order
from netkit.emit.common.tree import Statement
from netkit.emit.common.values import Values
from netkit.emit.dialect import Parsed
from netkit.emit.sros.parse_edge import read_edge, read_reflectors
from netkit.emit.sros.parse_sids import Locators, read_locators
from netkit.emit.sros.schema import BASE
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)

BEHAVIORS = {"end-next-csid": EndpointBehavior.END, "end-x-next-csid": EndpointBehavior.END_X}
DEFAULT_PREFERENCE = 100


def read_state(top: Statement, router: str, file: str) -> Parsed:
    """The state that the tree of a file says, and what in it is not netkit's.

    Raises:
        InputError: with every value that cannot be read.
    """
    values = Values(file)
    tree = top.take("configure")
    base = None if tree is None else _base(tree)
    routing = None if base is None else base.take("segment-routing")
    srv6 = None if routing is None else routing.take("segment-routing-v6")
    source = None if srv6 is None else values.address(srv6.take("source-address"))
    found = read_locators(srv6, values)
    state = RouterState(
        router, source, found.locators, found.sids, _policies(routing, found, values), (),
        read_edge(tree, base, values), read_reflectors(base, source, values),
    )  # fmt: skip
    return values.parsed(state, top)


def _base(tree: Statement) -> Statement | None:
    """The base router; other routing instances are not netkit's."""
    for one in tree.take_all("router"):
        if one.value == BASE:
            return one
        one.leave()
    return None


def in_force(one: Statement) -> bool:
    """Is it enabled? What is not is given back."""
    if one.take_value("admin-state") == "enable":
        return True
    one.leave()
    return False


@dataclass(frozen=True, slots=True)
class _Static:
    """A static policy: a candidate path and the policy that it is one of."""

    color: int
    endpoint: IPv6Address
    path: CandidatePathState
    binding_sid: IPv6Address | None


def _policies(
    routing: Statement | None, locators: Locators, values: Values
) -> tuple[PolicyState, ...]:
    under = None if routing is None else routing.take("sr-policies")
    if under is None or not in_force(under):
        return ()
    found = defaultdict[tuple[int, IPv6Address], list[_Static]](list)
    for one in under.take_all("static-policy"):
        static = _static(one, locators, values)
        if static is not None:
            found[static.color, static.endpoint].append(static)
    ecmp = under.take("ecmp")
    most = max((len(one.path.lists) for own in found.values() for one in own), default=1)
    if ecmp is not None and (values.number(ecmp) or 0) < most:
        ecmp.leave()
    return tuple(_policy(*key, own) for key, own in sorted(found.items()))


def _policy(color: int, endpoint: IPv6Address, own: list[_Static]) -> PolicyState:
    own.sort(key=lambda one: (-one.path.preference, one.path.name or ""))
    paths = tuple(one.path for one in own)
    return PolicyState(None, color, endpoint, paths, own[0].binding_sid)


def _static(one: Statement, locators: Locators, values: Values) -> _Static | None:
    """A static policy of SRv6 at this headend; None where it is another, or disabled."""
    if one.take_value("type") != "srv6" or one.take_value("head-end") != "local":
        one.leave()
        return None
    if not in_force(one):
        return None
    one.take("distinguisher")
    color, endpoint = values.number(one.take("color")), values.address(one.take("endpoint"))
    stated = one.take("preference")
    preference = DEFAULT_PREFERENCE if stated is None else values.number(stated)
    if color is None or endpoint is None or preference is None:
        if not values.problems:
            values.refuse(one, "a static policy without color or endpoint", "both of them")
        return None
    lists = in_order(_lists(one, values))
    path = CandidatePathState(preference, lists, name=one.value)
    return _Static(color, endpoint, path, _binding(one, locators, values))


def _binding(one: Statement, locators: Locators, values: Values) -> IPv6Address | None:
    srv6 = one.take("segment-routing-v6")
    if srv6 is None:
        return None
    for bound in srv6.take_all("binding-sid"):
        where = bound.take("locator")
        if where is None or where.take_value("function") != "end-b6-encaps-red":
            bound.leave()
            continue
        function = values.number(where.take("function-value"))
        if function is not None:
            return locators.address(where.take_value("locator-name"), function, where, values)
    return None


def _lists(policy: Statement, values: Values) -> Iterator[WeightedList]:
    for one in policy.take_all("segment-list"):
        if in_force(one):
            stated = one.take("weight")
            weight = 1 if stated is None else values.number(stated)
            segments = [(values.number(each) or 0, each) for each in one.take_all("segment")]
            segments.sort(key=lambda each: each[0])
            found = tuple(_segment(each, values) for _, each in segments)
            kept = tuple(each for each in found if each is not None)
            yield WeightedList(None, 1 if weight is None else weight, kept)


def _segment(one: Statement, values: Values) -> SegmentState | None:
    sid = values.address(one.take("srv6-sid"))
    if sid is None:
        if not values.problems:
            values.refuse(one, "a segment without srv6-sid", "an IPv6 address")
        return None
    how = one.take("behavior-and-structure")
    if how is None:
        return SegmentState(sid)
    behavior = BEHAVIORS.get(how.take_value("behavior") or "")
    names = ("block-length", "node-length", "function-length")
    lengths = [values.number(how.take(name)) for name in names]
    if behavior is None or None in lengths:
        how.leave()
        return SegmentState(sid)
    block, node, function = (length or 0 for length in lengths)
    structure = SidStructure(block, node, function)
    return SegmentState(sid, behavior, frozenset({Flavor.NEXT_CSID}), structure)
