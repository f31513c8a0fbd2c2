"""The names of the models: modules, and identities for behaviours and formats of SIDs."""

from __future__ import annotations

from netkit.emit.ietf.yang_json import Schema
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import EndpointBehavior, Flavor

_YANG = "urn:ietf:params:xml:ns:yang:"
ROUTING = f"{_YANG}ietf-routing"
SEGMENT_ROUTING = f"{_YANG}ietf-segment-routing"
SRV6_BASE = f"{_YANG}ietf-srv6-base"
SRV6_STATIC = f"{_YANG}ietf-srv6-static"
SR_POLICY = f"{_YANG}ietf-sr-policy"
STAMP = f"{_YANG}ietf-stamp"

SRV6_TYPES, POLICY_TYPES = "ietf-srv6-types", "ietf-sr-policy-types"
PREFIXES = {name: _YANG + name for name in (SRV6_TYPES, POLICY_TYPES)}
"""Identities stand with the names of their modules in front, in XML as RFC 7951 has it in JSON."""

SCHEMA = Schema(
    lists=frozenset({
        "locator", "sid", "path", "segment-list", "segment", "srv6-sid", "policy",
        "candidate-path", "reflector-test-session",
    }),
    numbers=frozenset({
        "length", "algorithm", "function", "path-index", "index", "locator-block-length",
        "locator-node-length", "function-length", "argument-length", "color", "originator-asn",
        "discriminator", "preference", "weight", "session-index", "reflector-udp-port",
    }),
    booleans=frozenset({"enable", "disable", "reflector-enable"}),
    modules={
        space.rpartition(":")[2]: space
        for space in (ROUTING, SEGMENT_ROUTING, SRV6_BASE, SRV6_STATIC, SR_POLICY, STAMP)
    },
)  # fmt: skip
"""Of the names that netkit writes, which are lists, numbers and booleans."""

SEGMENT_TYPE = f"{POLICY_TYPES}:segment-type-B"
LOCAL_ORIGIN = f"{POLICY_TYPES}:protocol-origin-type-local"
BINDING_BEHAVIOR = f"{SRV6_TYPES}:End.B6.Encaps.Red"

_NAMES = {
    (EndpointBehavior.END, False): "End",
    (EndpointBehavior.END_X, False): "End.X",
    (EndpointBehavior.END, True): "END.NEXT-CSID",
    (EndpointBehavior.END_X, True): "END.X.NEXT-CSID",
    (EndpointBehavior.END_DT6, False): "End.DT6",
    (EndpointBehavior.END_DT46, False): "End.DT46",
    (EndpointBehavior.END_DT6, True): "End.DT6.NEXT-CSID",
    (EndpointBehavior.END_DT46, True): "End.DT46.NEXT-CSID",
}
_VARIANTS = (Flavor.PSP, Flavor.USP, Flavor.USD)
_WITH_VARIANTS = (EndpointBehavior.END, EndpointBehavior.END_X)

_UNCOMPRESSED = "srv6-sid-fmt-uc-128"
_FORMATS = {
    (SidStructure(40, 24, 16), False): "srv6-sid-fmt-uc-1",
    (SidStructure(16, 16, 16), True): "srv6-sid-fmt-cnext-1616",
    (SidStructure(32, 16, 16), True): "srv6-sid-fmt-cnext-3216",
    (SidStructure(48, 16, 16), True): "srv6-sid-fmt-cnext-4816",
    (SidStructure(64, 16, 16), True): "srv6-sid-fmt-cnext-6416",
}
_PART_BITS = 16


def identity_of(behavior: EndpointBehavior, flavors: frozenset[Flavor]) -> str | None:
    """The identity of a behaviour with its flavors; None where the model has none.

    >>> identity_of(EndpointBehavior.END_X, frozenset({Flavor.USD, Flavor.PSP}))
    'ietf-srv6-types:End.X_PSP_USD'
    """
    name = _NAMES[behavior, Flavor.NEXT_CSID in flavors]
    variants = [one.value for one in _VARIANTS if one in flavors]
    if variants and behavior not in _WITH_VARIANTS:
        return None
    return ":".join((SRV6_TYPES, "_".join((name, *variants))))


def behavior_of(identity: str) -> tuple[EndpointBehavior, frozenset[Flavor]] | None:
    """The behaviour and flavors of an identity, whatever prefix it has; None for others."""
    name, *variants = identity.rpartition(":")[2].split("_")
    found = next((key for key, one in _NAMES.items() if one == name), None)
    if found is None or not set(variants) <= {one.value for one in _VARIANTS}:
        return None
    behavior, shifts = found
    if variants and behavior not in _WITH_VARIANTS:
        return None
    own = {Flavor(one) for one in variants} | ({Flavor.NEXT_CSID} if shifts else set())
    return behavior, frozenset(own)


def format_of(structure: SidStructure, *, usid: bool) -> str | None:
    """The identity of a format of SIDs; None for uSIDs of lengths that the model has not."""
    found = _FORMATS.get((structure, usid))
    if found is None and not usid:
        found = _UNCOMPRESSED
    return None if found is None else f"{SRV6_TYPES}:{found}"


def structure_of(identity: str, prefix_bits: int) -> tuple[SidStructure, bool] | None:
    """What a format says: the parts of SIDs, and whether they are uSIDs; None for others.

    The flexible format says no lengths: node and function then have 16 bits each.
    """
    name = identity.rpartition(":")[2]
    if name == _UNCOMPRESSED:
        return uncompressed(prefix_bits), False
    return next((key for key, one in _FORMATS.items() if one == name), None)


def uncompressed(prefix_bits: int) -> SidStructure:
    """The parts of a SID of the flexible format."""
    return SidStructure(max(0, prefix_bits - _PART_BITS), min(prefix_bits, _PART_BITS), _PART_BITS)
