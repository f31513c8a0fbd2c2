"""What is known of the two ends of a link, in native topology files: ``ends: {a: {…}, b: {…}}``."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import TypeVar

from netkit.files.reading.yaml_sections import Section
from netkit.model.network.advertised import LinkEnd
from netkit.model.network.elements import Link

_Address = TypeVar("_Address", IPv4Address, IPv6Address)
_MAX_LINK_ID = 0xFFFF_FFFF


def read_ends(section: Section) -> tuple[LinkEnd | None, LinkEnd | None]:
    """The ends that a link states."""
    ends = section.section("ends", required=False)
    if ends is None:
        return None, None
    ends.allow("a", "b")
    return _end(ends, "a"), _end(ends, "b")


def dump_ends(link: Link) -> dict[str, object] | None:
    """What :func:`read_ends` reads; None where nothing is known."""
    ends = {"a": link.end_a, "b": link.end_b}
    return {key: _dumped(end) for key, end in ends.items() if end is not None} or None


def _end(ends: Section, key: str) -> LinkEnd | None:
    section = ends.section(key, required=False)
    if section is None:
        return None
    section.allow("ipv4", "ipv6", "link_id", "interface")
    end = LinkEnd(
        _address(section, "ipv4", IPv4Address, "an IPv4 address"),
        _address(section, "ipv6", IPv6Address, "an IPv6 address"),
        section.integer("link_id", low=1, high=_MAX_LINK_ID, required=False),
        section.text("interface", required=False),
    )
    return None if end == LinkEnd() else end


def _address(
    section: Section, key: str, kind: Callable[[str], _Address], expected: str
) -> _Address | None:
    value = section.get(key)
    text = None if value is None else value.text()
    if value is None or text is None:
        return None
    try:
        return kind(text)
    except ValueError:
        value.refuse(expected)
        return None


def _dumped(end: LinkEnd) -> dict[str, object]:
    made = {
        "ipv4": end.ipv4 and str(end.ipv4),
        "ipv6": end.ipv6 and str(end.ipv6),
        "link_id": end.link_id,
        "interface": end.interface,
    }
    return {key: value for key, value in made.items() if value is not None}
