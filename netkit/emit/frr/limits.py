"""What FRR takes, and what of a state exceeds it. The figures are those of the tag ``frr-10.3``;
``frr-10.5.1`` has the same, but for a node length from 0 that a prefix's own length rules out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from netkit.emit.frr.grammar import GRAMMARS, OLDEST, Grammar, grammar_of
from netkit.emit.frr.project import carried
from netkit.emit.frr.routes import MOST_DISTANCE
from netkit.emit.limits import Exceeded, Limits
from netkit.emit.limits import exceeded as beyond
from netkit.model.router_state import EndpointBehavior, LocalSid, RouterState

LIMITS = Limits(
    sids_a_list=8,  # SRV6_MAX_SEGS in lib/srv6.h: what passes to zebra
    lists_a_path=1,  # a static route has no weights
    paths_a_policy=MOST_DISTANCE,  # a path is a distance
    colors=range(1, 2**32),  # tag (1-4294967295)
    function_bits=range(1, 21),  # zebra_srv6_vty.c: 20 for the transposition of bgpd; 0 means 16
    locator_name_length=255,  # SRV6_LOCNAME_SIZE, with its NUL
    classic=False,  # static SIDs are uN, uA, uDT4, uDT6, uDT46
    binding_sids=False,
)

_PART_BITS = range(16, 65)
"""``block-len (16-64)`` and ``node-len (16-64)``."""

_WORD = re.compile(r"[!-~]+")
"""A word of vtysh is what stands between blanks."""

_DEVICE_LENGTH = 15
"""Interfaces and VRFs are devices of Linux (``IFNAMSIZ``, with its NUL)."""


def exceeded(state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
    """Everything in ``state`` that FRR of that version does not take."""
    router = state.router
    return (
        *_version(router, version),
        *beyond(state, LIMITS),
        *_parts(state),
        *_words(state),
        *_steering(state),
        *_contexts(state, grammar_of(version) or OLDEST),
    )


def _version(router: str, version: str | None) -> Iterator[Exceeded]:
    if grammar_of(version) is None:
        yield Exceeded(router, "platform", "FRR", str(version), f"{GRAMMARS[0]} or later")
    elif version == "10.5.0":
        # FRRouting/frr#20092: allocated, shown, and in no kernel.
        yield Exceeded(router, "platform", "FRR", version, "a version that installs static SIDs")


def _parts(state: RouterState) -> Iterator[Exceeded]:
    for one in state.locators:
        parts = one.structure
        for what, bits in (("block bits", parts.block_bits), ("node bits", parts.node_bits)):
            if bits not in _PART_BITS:
                yield Exceeded(state.router, f"locator {one.name}", what, str(bits), "16 to 64")


def _words(state: RouterState) -> Iterator[Exceeded]:
    """Names become words of a command: with a blank in one, it is another command."""
    vrfs = {sid.vrf for sid in state.sids if sid.vrf is not None}
    vrfs |= {into.vrf for one in state.policies for into in one.steering if into.vrf is not None}
    named = [("locator", one.name, LIMITS.locator_name_length or 0) for one in state.locators]
    named += [("VRF", one, _DEVICE_LENGTH) for one in sorted(vrfs)]
    ports = [one.interface for one in state.sids if one.interface is not None]
    named += [("interface", one, _DEVICE_LENGTH) for one in ports]
    for what, name, most in dict.fromkeys(named):
        if not _WORD.fullmatch(name) or len(name) > most:
            fits = f"1 to {most} printable ASCII characters without blanks"
            yield Exceeded(state.router, what, "name", ascii(name), fits)


def _steering(state: RouterState) -> Iterator[Exceeded]:
    """Of routes of one prefix, one distance and one next hop only the last would stay."""
    into = Counter(one for policy in state.policies for one in policy.steering)
    for one, count in into.items():
        if count > 1:
            yield Exceeded(state.router, f"prefix {one.prefix}", "policies", str(count), "one")


def _contexts(state: RouterState, grammar: Grammar) -> Iterator[Exceeded]:
    """zebra's SID manager gives out one explicit SID for a behaviour in a VRF, to all locators
    together; a further one is in the configuration and in no kernel (``get_srv6_sid_explicit``)."""
    first: dict[tuple[EndpointBehavior, str | None], LocalSid] = {}
    for sid in carried(state, grammar).state.sids:
        if sid.behavior is EndpointBehavior.END_X:
            continue
        held = first.setdefault((sid.behavior, sid.vrf), sid)
        if held is not sid:
            what = f"a second {sid.behavior} of one VRF beside {held.prefix}:"
            yield Exceeded(state.router, "static SIDs", what, str(sid.prefix), "one")
