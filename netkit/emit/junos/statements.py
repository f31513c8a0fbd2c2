"""The statements of Junos that netkit knows, and what each of them says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from netkit.emit.common.reading import address, number, prefix
from netkit.emit.common.usid import NEXT
from netkit.emit.junos.found import Found, FoundSid
from netkit.emit.junos.project import SERVICES
from netkit.model.router_state import EndpointBehavior, Flavor, SegmentState

Take = Callable[[Found, int, Sequence[str]], bool]
"""Takes what stands for the stars of a pattern in a line; False where it is not known after all.
It raises ValueError that says what cannot be understood."""

_FLAVORS = {"psp": Flavor.PSP, "usp": Flavor.USP, "usd": Flavor.USD}
_BEHAVIORS = {word: behavior for behavior, word in SERVICES.items()}


def _block(found: Found, _: int, stars: Sequence[str]) -> bool:
    name, net = stars
    if ":" not in net:
        return False
    found.blocks[name] = prefix(net)
    return True


def _locator(found: Found, line: int, stars: Sequence[str]) -> bool:
    name, net = stars
    if ":" not in net:
        return False
    found.locator(name, line).prefix = prefix(net)
    return True


def _algorithm(found: Found, line: int, stars: Sequence[str]) -> bool:
    found.locator(stars[0], line).algorithm = number(stars[1])
    return True


def _block_length(found: Found, line: int, stars: Sequence[str]) -> bool:
    found.locator(stars[0], line).block_bits = number(stars[1])
    return True


def _function_length(found: Found, line: int, stars: Sequence[str]) -> bool:
    found.locator(stars[0], line).function_bits = number(stars[1])
    return True


def _micro_sid(found: Found, line: int, stars: Sequence[str]) -> bool:
    one = found.locator(stars[0], line)
    one.usid = True
    if len(stars) > 1:
        one.block_name = stars[1]
    return True


def _micro_flavor(found: Found, line: int, stars: Sequence[str]) -> bool:
    name, flavor = stars
    one = found.locator(name, line)
    if flavor != "none" and flavor not in _FLAVORS:
        return False
    one.usid, one.micro_flavors = True, one.micro_flavors | {flavor}
    return True


def _micro_node_sid(found: Found, line: int, stars: Sequence[str]) -> bool:
    found.locator(stars[0], line).node_sid = True
    return True


def _end(found: Found, line: int, stars: Sequence[str]) -> bool:
    locator, sid, *flavor = stars
    return _sid(found, sid, FoundSid(line, locator, EndpointBehavior.END), flavor)


def _end_x(found: Found, line: int, stars: Sequence[str]) -> bool:
    interface, _, locator, sid, *flavor = stars
    return _sid(found, sid, FoundSid(line, locator, EndpointBehavior.END_X, interface), flavor)


def _service(found: Found, line: int, stars: Sequence[str]) -> bool:
    locator, kind, sid = stars
    behavior = _BEHAVIORS.get(kind)
    return behavior is not None and _sid(found, sid, FoundSid(line, locator, behavior), [])


def _sid(found: Found, sid: str, one: FoundSid, flavors: Sequence[str]) -> bool:
    held = found.sids.setdefault(address(sid), one)
    if not set(flavors) <= set(_FLAVORS):
        return False
    held.flavors |= {_FLAVORS[flavor] for flavor in flavors}
    return True


def _list_srv6(found: Found, _: int, stars: Sequence[str]) -> bool:
    found.segment_list(stars[0]).srv6 = True
    return True


def _hop(found: Found, _: int, stars: Sequence[str]) -> bool:
    name, hop, sid = stars
    found.segment_list(name).hops[hop] = SegmentState(address(sid))
    return True


def _micro_hop(found: Found, _: int, stars: Sequence[str]) -> bool:
    name, hop, sid = stars
    if ":" not in sid:
        return False
    found.segment_list(name).hops[hop] = SegmentState(address(sid), flavors=NEXT)
    return True


def _path_srv6(found: Found, _: int, stars: Sequence[str]) -> bool:
    found.path(stars[0]).srv6 = True
    return True


def _path_to(found: Found, _: int, stars: Sequence[str]) -> bool:
    found.path(stars[0]).to = address(stars[1])
    return True


def _path_from(found: Found, _: int, stars: Sequence[str]) -> bool:
    found.path(stars[0]).source = address(stars[1])
    return True


def _path_color(found: Found, _: int, stars: Sequence[str]) -> bool:
    found.path(stars[0]).color = number(stars[1])
    return True


def _path_preference(found: Found, _: int, stars: Sequence[str]) -> bool:
    found.path(stars[0]).preference = number(stars[1])
    return True


def _primary(found: Found, _: int, stars: Sequence[str]) -> bool:
    name, own, *weight = stars
    found.path(name).primary[own] = number(weight[0]) if weight else 1
    return True


def _secondary(found: Found, _: int, stars: Sequence[str]) -> bool:
    found.path(stars[0]).secondary[stars[1]] = 1
    return True


def _follows(_found: Found, _: int, _stars: Sequence[str]) -> bool:
    """It follows from the state, or says nothing by itself."""
    return True


_SRV6 = "routing-options source-packet-routing srv6"
_ISIS = "protocols isis source-packet-routing srv6 locator *"
_ADJACENCY = "protocols isis interface * level * srv6-adjacency-segment unprotected locator *"
TE = "protocols source-packet-routing"

_KNOWN: Mapping[str, Take] = {
    f"{_SRV6} block * *": _block,
    f"{_SRV6} locator * micro-sid": _micro_sid,
    f"{_SRV6} locator * *": _locator,
    f"{_SRV6} locator * algorithm *": _algorithm,
    f"{_SRV6} locator * block-length *": _block_length,
    f"{_SRV6} locator * function-length *": _function_length,
    f"{_SRV6} locator * micro-sid block-name *": _micro_sid,
    f"{_SRV6} locator * micro-sid flavor *": _micro_flavor,
    _ISIS: _follows,
    f"{_ISIS} micro-node-sid": _micro_node_sid,
    f"{_ISIS} end-sid *": _end,
    f"{_ISIS} end-sid * flavor *": _end,
    f"{_ADJACENCY} end-x-sid *": _end_x,
    f"{_ADJACENCY} end-x-sid * flavor *": _end_x,
    "protocols bgp source-packet-routing srv6 locator * * *": _service,
    f"{TE} maximum-srv6-te-segment-list-depth *": _follows,
    f"{TE} srv6": _follows,
    f"{TE} segment-list * srv6": _list_srv6,
    f"{TE} segment-list * * srv6-sid *": _hop,
    f"{TE} segment-list * * micro-srv6-sid *": _micro_hop,
    f"{TE} source-routing-path * srv6": _path_srv6,
    f"{TE} source-routing-path * to *": _path_to,
    f"{TE} source-routing-path * from *": _path_from,
    f"{TE} source-routing-path * color *": _path_color,
    f"{TE} source-routing-path * sr-preference *": _path_preference,
    f"{TE} source-routing-path * primary *": _primary,
    f"{TE} source-routing-path * primary * weight *": _primary,
    f"{TE} source-routing-path * secondary *": _secondary,
}

_BY_LENGTH = {
    length: [(pattern.split(), take) for pattern, take in group]
    for length, group in groupby(
        sorted(_KNOWN.items(), key=lambda one: len(one[0].split())),
        key=lambda one: len(one[0].split()),
    )
}


def taker(words: Sequence[str]) -> tuple[Take, list[str]] | None:
    """Who takes a row of words, and what stands for the stars; None where nobody does."""
    for pattern, take in _BY_LENGTH.get(len(words), ()):
        pairs = list(zip(pattern, words, strict=True))
        if all(own in ("*", word) for own, word in pairs):
            return take, [word for own, word in pairs if own == "*"]
    return None
