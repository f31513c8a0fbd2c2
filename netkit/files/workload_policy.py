"""Placement policy: YAML files of regions and of workload classes, shipped ones or the user's."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from netkit.errors import did_you_mean, shown
from netkit.files.native.link_delays import MAX_DELAY_US
from netkit.files.place_names import also_called, by_other_names
from netkit.files.reading.yaml_sections import Section, read_document
from netkit.files.reading.yaml_values import Value
from netkit.model.placement.workload import BackupNeed, Part, Regions, Target, WorkloadClass
from netkit.model.planning.tier import Scope
from netkit.model.units import US_PER_MS, ms_to_us

REGIONS_SCHEMA = "regions/1"
CLASSES_SCHEMA = "workload-classes/1"

_SHIPPED = Path(__file__).with_name("shipped")


def read_regions(path: str | os.PathLike[str] | None = None) -> Regions:
    """Read parts and traits of hubs and places; those that ship unless ``path`` is given.

    Raises :class:`~netkit.errors.InputError` with every problem of the file.
    """
    document = read_document(path or _SHIPPED / "regions.yaml")
    root = document.root
    root.allow("netkit", "source", "traits", "parts")
    root.expect("netkit", REGIONS_SCHEMA)
    root.text("source")
    traits = root.section("traits")
    of = {} if traits is None else {name: _holders(traits, name) for name in traits.keys()}  # noqa: SIM118
    for name in set(of) & set(Target):
        root.problem(f"trait {shown(name)} has the name of a target", "another name")
    parts = root.section("parts")
    found: dict[str, Part] = {}
    if parts is not None:
        parts.allow(*(part.value for part in Part))
        for part in Part:
            for value in parts.items(part.value, required=False):
                _add_part(found, value, part)
    document.check()
    spelled = {name: holders.union(*map(also_called, holders)) for name, holders in of.items()}
    return Regions(by_other_names(found), spelled)


def read_classes(
    traits: Collection[str], path: str | os.PathLike[str] | None = None
) -> dict[str, WorkloadClass]:
    """Read workload classes by name, in file order; those that ship unless ``path`` is given.

    A target is one of :class:`~netkit.model.placement.workload.Target` or one of ``traits``. Raises
    :class:`~netkit.errors.InputError` with every problem of the file.
    """
    document = read_document(path or _SHIPPED / "classes.yaml")
    root = document.root
    root.allow("netkit", "source", "classes")
    root.expect("netkit", CLASSES_SCHEMA)
    root.text("source")
    classes = root.section("classes")
    names = [] if classes is None else classes.keys()
    if classes is not None and not names:
        classes.problem("no classes", "at least one")
    known = [*(target.value for target in Target), *traits]
    sections = [(name, classes.section(name)) for name in names if classes is not None]
    found = {name: _class(name, one, known) for name, one in sections if one is not None}
    document.check()
    return found


def _holders(traits: Section, name: str) -> frozenset[str]:
    trait = traits.section(name)
    if trait is None:
        return frozenset()
    trait.allow("source", "of")
    trait.text("source")
    return frozenset(word for value in trait.items("of") if (word := value.text()) is not None)


def _add_part(found: dict[str, Part], value: Value, part: Part) -> None:
    name = value.text()
    if name is None:
        return
    if name in found:
        value.refuse(f"each name once, and it is in {found[name]}")
    found[name] = part


def _class(name: str, section: Section, known: Collection[str]) -> WorkloadClass:
    section.allow("description", "tier", "bound_ms", "targets", "backup")
    scope = section.choice("tier", Scope, required=False)
    high = MAX_DELAY_US / US_PER_MS
    bound_ms = section.number("bound_ms", low=1 / US_PER_MS, high=high, required=False)
    if "tier" in section and "bound_ms" in section:
        section.problem("the bound", "tier or bound_ms, at most one of them")
    targets = [_target(value, known) for value in section.items("targets")]
    if "targets" in section and not targets:
        section.problem("targets", "at least one")
    return WorkloadClass(
        name,
        tuple(dict.fromkeys(word for word in targets if word is not None)),
        scope,
        None if bound_ms is None else ms_to_us(bound_ms),
        section.choice("backup", BackupNeed, required=False) or BackupNeed.NONE,
        section.text("description", required=False) or "",
    )


def _target(value: Value, known: Collection[str]) -> str | None:
    word = value.text()
    if word is not None and word not in known:
        value.refuse("one of " + ", ".join(known), remedy=did_you_mean(word, known))
    return word
