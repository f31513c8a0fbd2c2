"""The sites of a campaign file: where each probe is, and what is said of its clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from pathlib import Path

from netkit.files.campaigns.lab_clocks import read_clock
from netkit.files.campaigns.reading import Unread
from netkit.files.reading.yaml_sections import Section
from netkit.files.reading.yaml_values import CONTROLS, Value
from netkit.model.measurement.campaign import Site

_KEYS = ("name", "node", "addresses", "port", "interface", "clock", "key_file")
_DECISIVE = frozenset({"addresses", "key_file"})
"""Whether a flow can be made depends on these."""

_STAMP_PORT = 862
_MAX_PORT = 65535
_NAME = re.compile(rf"[^\s,:/{CONTROLS}]{{1,63}}")
_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?"
                   r"(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?")  # fmt: skip
_INTERFACE = re.compile(rf"[^\s/{CONTROLS}]{{1,15}}")  # IFNAMSIZ of linux/if.h without the last 0


def read_sites(root: Section, folder: Path, unread: Unread) -> list[tuple[Site, int | None]]:
    """Every site with its line; names and addresses belong to one site each.

    Sites of which something could not be read are among them, and named in ``unread``.
    """
    found = []
    names: dict[str, int | None] = {}
    addresses: dict[tuple[str, int], str] = {}
    sections = root.sections("sites", required=False)
    unread.nameless = _some_are_missing(root, len(sections))
    for section in sections:
        site = _site(section, folder, unread)
        if site is None:
            continue
        if site.name in names:
            section.problem(
                f"the site {site.name!r} is already in line {names[site.name]}", "each name once"
            )
            unread.nameless = True
            continue
        names[site.name] = section.line
        for address in site.addresses:
            other = addresses.setdefault((address.lower(), site.port), site.name)
            if other != site.name:
                section.problem(
                    f"{site.name} has the address of {other}: {address} port {site.port}",
                    "an address of its own",
                )
        found.append((site, section.line))
    return found


def _some_are_missing(root: Section, found: int) -> bool:
    """Whether ``sites`` is no list, or has items that are no sites."""
    value = root.get("sites")
    if value is None:
        return "sites" in root.misspelt
    if value.is_empty_list:
        value.refuse("at least one site")
    return value.is_empty_list or not value.is_list or len(value.items()) > found


def _site(section: Section, folder: Path, unread: Unread) -> Site | None:
    """None without a name: then any unknown name may be that of this site."""
    section.allow(*_KEYS)
    name = section.text("name", _NAME, "a name of at most 63 characters without space , : or /")
    node = section.text("node", required=False)
    before = section.findings.count
    addresses = tuple(_addresses(section))
    key = section.text("key_file", required=False)
    doubtful = section.findings.count > before or not section.misspelt.isdisjoint(_DECISIVE)
    port = section.integer("port", low=1, high=_MAX_PORT, required=False)
    interface = section.text("interface", _INTERFACE, "a name of an interface", required=False)
    kind, lab_clock = read_clock(section)
    if name is None:
        unread.nameless = True
        return None
    if doubtful:
        unread.sites.add(name)
    if "node" in section.misspelt or ("node" in section and node is None):
        unread.unplaced.add(name)
    return Site(
        name, addresses, node, port or _STAMP_PORT, interface, kind,
        None if key is None else str(folder / key), lab_clock,
    )  # fmt: skip


def _addresses(section: Section) -> Iterator[str]:
    """Literals as they are written canonically, so that one address is one text; then names."""
    for value in section.items("addresses", required=False):
        word = _address(value)
        if word is not None:
            yield word


def _address(value: Value) -> str | None:
    word = value.text()
    if word is None:
        return None
    for kind in (IPv6Address, IPv4Address):
        try:
            return str(kind(word))
        except AddressValueError:
            continue
    digits = word.rpartition(".")[2].isdigit()
    if digits or _HOST.fullmatch(word) is None:
        value.refuse("an IPv6 or IPv4 address, or the name of a host")
        return None
    return word
