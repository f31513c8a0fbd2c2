"""Selectors of a campaign file: who measures whom, in terms of sites and of their nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from netkit.errors import did_you_mean
from netkit.files.reading.yaml_sections import Section, section_of
from netkit.files.reading.yaml_values import Value
from netkit.model.measurement.campaign_file import (
    Cover,
    Cross,
    Mesh,
    Pairs,
    Rings,
    Selector,
    SiteSet,
)

SELECTOR_KEYS = ("pairs", "mesh", "star", "cross", "rings", "cover")
_ATTRIBUTES = ("role", "operator", "hub", "place")
_ALL = "all"
_MAX_RINGS = 1000
_LISTED = 5


@dataclass(frozen=True, slots=True)
class SiteNames:
    """The ``names`` of the sites; not ``all_known`` where that of some site could not be read, so
    that nobody can say of any other name that no site has it."""

    names: Sequence[str]
    all_known: bool = True


Known = SiteNames | None
"""None where sites are the nodes of a topology that is not read yet."""


def read_selector(section: Section, sites: Known) -> Selector | None:
    """The one selector of a measurement; a problem where there is none, or more than one.

    None also where it names a site that cannot be judged.
    """
    named = [key for key in SELECTOR_KEYS if key in section]
    misspelt = section.misspelt.intersection(SELECTOR_KEYS)
    value = section.get(named[0]) if len(named) == 1 else None
    if value is None or misspelt:
        if len(named) + len(misspelt) != 1:
            section.problem("a selector", "one of " + ", ".join(SELECTOR_KEYS))
        return None
    return _READERS[named[0]](value, sites)


def _pairs(value: Value, sites: Known) -> Pairs | None:
    """Each pair once, none with itself."""
    found: dict[tuple[str, str], int | None] = {}
    for item in value.items():
        pair = section_of(item)
        if pair is None:
            continue
        pair.allow("src", "dst")
        src, dst = (_name(pair.get(key, required=True), sites) for key in ("src", "dst"))
        if src is None or dst is None:
            continue
        if src == dst:
            pair.problem(f"{src} would measure itself", "two different sites")
        elif (src, dst) in found:
            pair.problem(
                f"the pair {src} to {dst} is already in line {found[src, dst]}", "each pair once"
            )
        else:
            found[src, dst] = pair.line
    if value.is_empty_list:
        value.refuse("at least one pair")
    return Pairs(tuple(found), tuple(found.values()))


def _mesh(value: Value, sites: Known) -> Mesh | None:
    chosen = _site_set(value, sites)
    return None if chosen is None else Mesh(chosen)


def _cover(value: Value, sites: Known) -> Cover | None:
    chosen = _site_set(value, sites)
    return None if chosen is None else Cover(chosen)


def _star(value: Value, sites: Known) -> Cross | None:
    """From one site in the middle to some others."""
    section = section_of(value)
    if section is None:
        return None
    section.allow("centre", "sites")
    centre = _name(section.get("centre", required=True), sites)
    points = _field(section, "sites", sites)
    if centre is None or points is None:
        return None
    return Cross(SiteSet((centre,), line=section.line), points)


def _cross(value: Value, sites: Known) -> Cross | None:
    section = section_of(value)
    if section is None:
        return None
    section.allow("from", "to")
    senders, reflectors = _field(section, "from", sites), _field(section, "to", sites)
    return None if senders is None or reflectors is None else Cross(senders, reflectors)


def _rings(value: Value, sites: Known) -> Rings | None:
    section = section_of(value)
    if section is None:
        return None
    section.allow("sites", "rings")
    chosen = _field(section, "sites", sites)
    rings = section.integer("rings", low=1, high=_MAX_RINGS, required=False)
    return None if chosen is None else Rings(chosen, rings or 1)


_READERS: dict[str, Callable[[Value, Known], Selector | None]] = {
    "pairs": _pairs, "mesh": _mesh, "star": _star, "cross": _cross, "rings": _rings,
    "cover": _cover,
}  # fmt: skip


def _field(section: Section, key: str, sites: Known) -> SiteSet | None:
    value = section.get(key, required=True)
    return None if value is None else _site_set(value, sites)


def _site_set(value: Value, sites: Known) -> SiteSet | None:
    """``all``, a list of names, or attributes of the sites' nodes."""
    if value.is_mapping:
        return _by_attributes(value)
    if not value.is_list:
        if value.text() not in (_ALL, None):
            value.refuse("all, a list of sites, or a mapping of " + ", ".join(_ATTRIBUTES))
        return SiteSet(line=value.line)
    names = [_name(item, sites) for item in value.items()]
    found = tuple(dict.fromkeys(name for name in names if name is not None))
    if not names:
        value.refuse("at least one site")
    elif None not in names and len(found) < len(names):
        value.refuse("each site once")
    return None if None in names else SiteSet(found, line=value.line)


def _by_attributes(value: Value) -> SiteSet | None:
    section = section_of(value)
    if section is None:
        return None
    section.allow(*_ATTRIBUTES)
    if not section.keys():
        value.refuse("at least one of " + ", ".join(_ATTRIBUTES))
    found = {key: frozenset(_words(section.get(key))) for key in _ATTRIBUTES if key in section}
    return SiteSet(None, found, line=value.line)


def _words(value: Value | None) -> list[str]:
    """One word, or a list of them."""
    if value is None:
        return []
    items = value.items() if value.is_list else [value]
    return [word for item in items if (word := item.text()) is not None]


def _name(value: Value | None, sites: Known) -> str | None:
    """The name of a site that there is."""
    name = None if value is None else value.text()
    if value is None or name is None or sites is None or name in sites.names:
        return name
    if sites.all_known:
        known = sites.names
        listed = ", ".join(known[:_LISTED]) + (", …" if len(known) > _LISTED else "")
        value.refuse(
            f"the name of a site ({listed})", what=f"{value.label}: unknown site",
            remedy=did_you_mean(name, known),
        )  # fmt: skip
    return None
