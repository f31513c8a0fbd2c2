"""SIDs and locators that routers advertise, in native topology files."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network

from netkit.files.reading.yaml_sections import Section, section_of
from netkit.files.reading.yaml_values import Value
from netkit.model.network.advertised import AdvertisedSid, Locator, SidStructure
from netkit.model.network.flex_algo import FIRST_FLEX_ALGO, LAST_FLEX_ALGO

_PARTS = 4
_PLAIN, _NEXT_CSID = ("End", "End.X"), ("uN", "uA")

Sids = tuple[AdvertisedSid, ...]


def read_locators(section: Section) -> tuple[Locator, ...]:
    """``locators``: prefixes, or mappings of ``prefix`` and ``algorithm``."""
    found = []
    for value in section.items("locators", required=False):
        own = section_of(value) if value.is_mapping else None
        if own is not None:
            own.allow("prefix", "algorithm")
        word = value if own is None else own.get("prefix", required=True)
        prefix = None if word is None else _prefix(word)
        if prefix is not None:
            found.append(Locator(prefix, 0 if own is None else _algorithm(own)))
    return tuple(found)


def read_sids(section: Section, key: str = "sids", *, adjacency: bool = False) -> Sids:
    """The list of SIDs under a key."""
    found = (_sid(one, adjacency) for one in section.sections(key, required=False))
    return tuple(sid for sid in found if sid is not None)


def read_sids_both_ways(section: Section) -> tuple[Sids, Sids]:
    """``sids: {ab: […], ba: […]}`` of a link."""
    ways = section.section("sids", required=False)
    if ways is None:
        return (), ()
    ways.allow("ab", "ba")
    return read_sids(ways, "ab", adjacency=True), read_sids(ways, "ba", adjacency=True)


def dump_locators(locators: Iterable[Locator]) -> list[object]:
    """What :func:`read_locators` reads."""
    return [
        {"prefix": str(one.prefix), "algorithm": one.algorithm}
        if one.algorithm
        else str(one.prefix)
        for one in locators
    ]


def dump_sids(sids: Iterable[AdvertisedSid], *, adjacency: bool = False) -> list[object]:
    """What :func:`read_sids` reads."""
    return [_dumped(one, adjacency) for one in sids]


def _dumped(one: AdvertisedSid, adjacency: bool) -> dict[str, object]:
    made: dict[str, object] = {"sid": str(one.sid)}
    made["behavior"] = (_NEXT_CSID if one.next_csid else _PLAIN)[adjacency]
    if one.algorithm:
        made["algorithm"] = one.algorithm
    if one.structure is not None:
        parts = one.structure
        made["structure"] = [
            parts.block_bits, parts.node_bits, parts.function_bits, parts.argument_bits,
        ]  # fmt: skip
    return made


def _sid(section: Section, adjacency: bool) -> AdvertisedSid | None:
    section.allow("sid", "behavior", "algorithm", "structure")
    value = section.get("sid", required=True)
    sid = None if value is None else _address(value)
    named = section.get("behavior", required=True)
    words = (_PLAIN[adjacency], _NEXT_CSID[adjacency])
    behavior = None if named is None else named.text()
    if named is not None and behavior not in words:
        named.refuse(" or ".join(words))
        return None
    if sid is None or behavior is None:
        return None
    return AdvertisedSid(sid, _algorithm(section), behavior == words[1], _structure(section))


def _structure(section: Section) -> SidStructure | None:
    """Bits of block, node, function and argument."""
    items = section.items("structure", required=False)
    bits = [item.integer(low=0, high=128) for item in items]
    known = [one for one in bits if one is not None]
    if not items or len(known) < len(bits):
        return None
    if len(known) != _PARTS or sum(known) > 128:
        section.problem("structure", "[block, node, function, argument] in bits, 128 at most")
        return None
    return SidStructure(*known)


def _algorithm(section: Section) -> int:
    value = section.integer("algorithm", low=0, high=LAST_FLEX_ALGO, required=False)
    if value is not None and 0 < value < FIRST_FLEX_ALGO:
        section.problem("algorithm", f"0, or {FIRST_FLEX_ALGO} to {LAST_FLEX_ALGO}")
    return value or 0


def _prefix(value: Value) -> IPv6Network | None:
    text = value.text()
    try:
        return None if text is None else IPv6Network(text)
    except ValueError:
        value.refuse("an IPv6 prefix, such as 2001:db8:1::/48")
        return None


def _address(value: Value) -> IPv6Address | None:
    text = value.text()
    try:
        return None if text is None else IPv6Address(text)
    except ValueError:
        value.refuse("an IPv6 address")
        return None
