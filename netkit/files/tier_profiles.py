"""Tier profiles of the user's own: YAML files that stand wherever a profile's name does.

::

    netkit: tiers/1
    name: metro-sla
    source: Service description of 2026, section 4
    basis: one-way
    tiers:
      city: {bound_ms: 1}
      region: {name: gold, bound_ms: 3}
      national: {stretch: 1.5}
    exceptions:
      - {between: [Beijing, Zhangjiakou], bound_ms: 1.5}
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import MappingProxyType

from netkit.errors import InputError, did_you_mean
from netkit.files.native.link_delays import MAX_DELAY_US
from netkit.files.place_names import also_called
from netkit.files.reading.yaml_sections import Document, Section, read_document
from netkit.files.reading.yaml_values import Value
from netkit.model.planning.tier import BASIS, PROFILES, Scope, Tier, TierException, TierProfile
from netkit.model.units import US_PER_MS, ms_to_us

SCHEMA = "tiers/1"

_MAX_STRETCH = 1000
_FILE = re.compile(r".*(\.ya?ml|[/\\].*)", re.IGNORECASE | re.DOTALL)
_LIMIT_KEYS = ("name", "bound_ms", "stretch")


def profile_named(
    word: str | os.PathLike[str] | TierProfile,
    *,
    folder: Path | None = None,
) -> TierProfile:
    """The profile that ships under this name, or the one in this file, relative to ``folder``.

    What ends in ``.yaml`` or has a slash is a file; a profile stands for itself. Raises
    :class:`~netkit.errors.InputError` for a name that there is not, and with all that is wrong in
    the file.
    """
    if isinstance(word, TierProfile):
        return word
    text = os.fspath(word)
    if text in PROFILES:
        return PROFILES[text]
    if is_profile_file(text):
        return read_profile(text if folder is None else folder / text)
    raise InputError.argument(
        "profile", value=text, expected=expected_profile(), remedy=did_you_mean(text, PROFILES)
    )


def stated_profile(document: Document, root: Section) -> TierProfile | None:
    """What a file says of ``profile``: a name, or a file beside it, whose problems are reported
    with those of this one. None where it says nothing, or nothing that is right."""
    value = root.get("profile")
    name = None if value is None else value.text()
    if value is None or name is None:
        return None
    if is_profile_file(name):
        try:
            return read_profile(Path(document.findings.file).parent / name)
        except InputError as error:
            document.findings.extend_problems(error.problems)
    elif name not in PROFILES:
        value.refuse(expected_profile(), remedy=did_you_mean(name, PROFILES))
    return PROFILES.get(name)


def is_profile_file(word: str) -> bool:
    """Whether the word names a file, and no profile that ships."""
    return word not in PROFILES and _FILE.fullmatch(word) is not None


def expected_profile() -> str:
    """What a message expects where a profile is named."""
    return ", ".join(PROFILES) + " or a YAML file with tiers"


def read_profile(path: str | os.PathLike[str]) -> TierProfile:
    """Read a profile file; raises :class:`~netkit.errors.InputError` with every problem in it."""
    document = read_document(path)
    root = document.root
    root.allow("netkit", "name", "source", "basis", "tiers", "exceptions")
    root.expect("netkit", SCHEMA)
    root.expect("basis", BASIS)
    name, source = root.text("name"), root.text("source")
    place = root.get("name")
    if name in PROFILES and place is not None:
        what = f"the name {name!r} is that of a profile that ships"
        root.findings.problem(place.line, what, None, "another name")
    tiers = _tiers(root)
    exceptions = [
        one
        for item in root.sections("exceptions", required=False)
        if (one := _exception(item)) is not None
    ]
    document.check()
    return TierProfile(
        str(name),
        str(source),
        MappingProxyType(tiers),
        tuple(exceptions),
        os.fspath(path),
    )


def _tiers(root: Section) -> dict[Scope, Tier]:
    section = root.section("tiers")
    if section is None:
        return {}
    section.allow(*(scope.value for scope in Scope))
    limits = {scope: section.section(scope.value) for scope in Scope}
    for limit in limits.values():
        if limit is not None:
            limit.allow(*_LIMIT_KEYS)
    return {
        scope: tier
        for scope, limit in limits.items()
        if limit is not None and (tier := _tier(limit)) is not None
    }


def _exception(section: Section) -> TierException | None:
    section.allow("between", *_LIMIT_KEYS)
    names = [item.text() for item in section.items("between")]
    tier = _tier(section)
    match names:
        case [str(a), str(b)]:
            also = (frozenset(also_called(a)), frozenset(also_called(b)))
            return None if tier is None else TierException((a, b), tier, also, section.line)
    if names and None not in names:
        section.problem("between", "two names of nodes, places or hubs")
    return None


def _tier(section: Section) -> Tier | None:
    """A bound in ms, or a multiple of light time; never both."""
    bound, stretch = section.get("bound_ms"), section.get("stretch")
    name = section.text("name", required=False)
    if (bound is None) == (stretch is None):
        section.problem("the limit of a tier", "bound_ms or stretch, one of them")
        return None
    if stretch is not None:
        factor = stretch.number(low=1, high=_MAX_STRETCH)
        return None if factor is None else Tier(name or f"{factor:g}x", stretch=factor)
    return _bounded(bound, name)


def _bounded(bound: Value | None, name: str | None) -> Tier | None:
    low = 1 / US_PER_MS
    bound_ms = None if bound is None else bound.number(low=low, high=MAX_DELAY_US / US_PER_MS)
    return None if bound_ms is None else Tier(name or f"{bound_ms:g}ms", ms_to_us(bound_ms))
