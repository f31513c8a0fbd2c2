"""The sites of a campaign file: where each probe is, and what is said of its clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from pathlib import Path

from netkit.files.campaigns.lab_clocks import read_clock
from netkit.files.reading.yaml_sections import Section
from netkit.files.reading.yaml_values import Value
from netkit.model.measurement.campaign import Site

_KEYS = ("name", "node", "addresses", "port", "interface", "clock", "key_file")
_STAMP_PORT = 862
_MAX_PORT = 65535
_NAME = re.compile(r"[^\s,:/]{1,63}")
_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?"
                   r"(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?")  # fmt: skip
_INTERFACE = re.compile(r"[^\s/]{1,15}")  # IFNAMSIZ of linux/if.h without the 0 at the end


def read_sites(root: Section, folder: Path) -> list[tuple[Site, int | None]]:
    """Every site with its line; names and addresses belong to one site each."""
    found = []
    names: dict[str, int | None] = {}
    addresses: dict[tuple[str, int], str] = {}
    for section in root.sections("sites", required=False):
        site = _site(section, folder)
        if site is None:
            continue
        if site.name in names:
            section.problem(
                f"the site {site.name!r} is already in line {names[site.name]}", "each name once"
            )
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


def _site(section: Section, folder: Path) -> Site | None:
    section.allow(*_KEYS)
    name = section.text("name", _NAME, "a name of at most 63 characters without space , : or /")
    node = section.text("node", required=False)
    addresses = tuple(_addresses(section))
    port = section.integer("port", low=1, high=_MAX_PORT, required=False)
    interface = section.text("interface", _INTERFACE, "a name of an interface", required=False)
    kind, lab_clock = read_clock(section)
    key = section.text("key_file", required=False)
    if name is None:
        return None
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
