"""Reading a campaign file whole: every problem in it at once, each with its line.

Whether the topology has the nodes named, and what selectors come to, is for whoever loads the
topology (:mod:`netkit.workflows.campaigns`). docs/campaigns.md describes every field.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from netkit.files.campaigns.measurements import (
    SCHEDULE_KEYS,
    SELECTOR,
    read_measurements,
    read_schedule,
)
from netkit.files.campaigns.reading import CampaignReading, Hidden, Unread
from netkit.files.campaigns.selectors import Known, SiteNames
from netkit.files.campaigns.sites import read_sites
from netkit.files.reading.yaml_sections import Section, read_document, section_of
from netkit.files.reading.yaml_values import CONTROLS, LINE_BREAKS
from netkit.files.tier_profiles import is_profile_file, stated_profile
from netkit.model.measurement.campaign import Site
from netkit.model.measurement.campaign_file import Budget, CampaignFile, Schedule
from netkit.model.planning.tier import PROFILES, Scope
from netkit.model.units import NS_PER_S

_NAME = re.compile(rf"[^{CONTROLS}{LINE_BREAKS}]{{1,255}}")
"""What every database keeps as it is, and has room for in an index."""

_MAX_SEED = 2**32 - 1
_MAX_ROUND_S = 30 * 86_400
_HOUR_S, _WINDOW_S = 3600, 60

_KEYS = (
    "name", "description", "topology", "plan", "profile", "scope", "seed", "window_s", "round_s",
    "budget", "sites", "measure",
)  # fmt: skip


def read_campaign(path: str | os.PathLike[str]) -> CampaignFile:
    """Read a campaign file; raises :class:`InputError` with everything that is wrong in it."""
    reading = look_at_campaign(path)
    reading.check()
    return reading.asked


def look_at_campaign(path: str | os.PathLike[str]) -> CampaignReading:
    """Read a campaign file as far as it can be read, for whoever judges the rest of it.

    Raises :class:`InputError` where there is nothing to judge, or more wrong than anyone would
    count.
    """
    document = read_document(path)
    root, unread = document.root, Unread()
    _refuse_other_kinds(root)
    _allow(root)
    name = root.text("name", _NAME, "text in one line, of at most 255 characters")
    folder = Path(path).parent
    topology, plan = _file(root, "topology", folder), _file(root, "plan", folder)
    profile = stated_profile(document, root)
    scope = root.choice("scope", Scope, required=False)
    schedule = read_schedule(root, Schedule(), {"scope": scope})
    sites = read_sites(root, folder, unread)
    measurements = read_measurements(root, schedule, scope, _known(root, sites, unread))
    window_ns, round_ns = _timing(root)
    seed = root.integer("seed", low=0, high=_MAX_SEED, required=False)
    budget = _budget(root)
    description = root.text("description", required=False)
    _needs(root, [site for site, _ in sites])
    read = {"topology": topology, "plan": plan, "profile": profile, "round_s": round_ns}
    unread.keys |= {key for key, value in read.items() if value is None and key in root}
    unread.keys |= root.misspelt
    asked = CampaignFile(
        str(name), tuple(one for one, _ in measurements if one is not None), topology, plan,
        profile or PROFILES["2023"], tuple(site for site, _ in sites), budget, window_ns, round_ns,
        seed or 0, description or "", str(path), tuple(line for _, line in sites), _lines(root),
    )  # fmt: skip
    reading = CampaignReading(asked, document.findings, unread)
    if unread.nameless:
        reading.hide(Hidden.NAMES)
    for one, line in measurements:
        if one is None or SELECTOR in one.schedule.unread:
            reading.hide(Hidden.FLOWS, line)
    return reading


def _known(root: Section, sites: Sequence[tuple[Site, int | None]], unread: Unread) -> Known:
    """The names that measurements may name; None where they are those of nodes."""
    if "sites" not in root and "sites" not in root.misspelt:
        return None
    return SiteNames(tuple(site.name for site, _ in sites), not unread.nameless)


def _lines(root: Section) -> dict[str, int | None]:
    """Where the keys of the top level stand, and those of the budget."""
    budget = root.get("budget")
    inner = section_of(budget) if budget is not None and budget.is_mapping else None
    return {
        key: value.line
        for section in (root, inner)
        if section is not None
        for key in list(section.keys())
        if (value := section.get(key)) is not None
    }


def files_of(path: str | os.PathLike[str]) -> tuple[Path, ...]:
    """The files that a campaign file names and that are there: topology, plan, tiers. Raises what
    :func:`read_campaign` raises."""
    asked = read_campaign(path)
    named = [asked.topology, asked.plan]
    profile = read_document(path).root.text("profile", required=False)
    if profile is not None and is_profile_file(profile):
        named.append(Path(path).parent / profile)
    return tuple(file for file in named if file is not None and file.is_file())


def _file(root: Section, key: str, folder: Path) -> Path | None:
    """A file, named relative to the campaign's."""
    word = root.text(key, required=False)
    return None if word is None else folder / word


def _refuse_other_kinds(root: Section) -> None:
    """A topology in the place of a campaign has nothing else to be told of."""
    stated = root.get("netkit")
    if stated is not None and not str(stated.text()).startswith("campaign"):
        what = "the file is of another format"
        root.findings.alone(stated.line, what, stated.shown, "a campaign, which states none")


def _allow(root: Section) -> None:
    """Pairs once stood at the top: the remedy says where they do now."""
    pairs = root.get("pairs")
    if pairs is not None:
        pairs.refuse(
            "measure: with an item pairs:", what="pairs stand under measure",
            remedy="See docs/campaigns.md.",
        )  # fmt: skip
    root.allow(*_KEYS, *SCHEDULE_KEYS, "pairs")


def _needs(root: Section, sites: list[Site]) -> None:
    """Sites that stand for a node need a topology, and so do those that nobody lists."""
    if "topology" in root or "topology" in root.misspelt:
        return
    nodes = "sites" not in root and "sites" not in root.misspelt
    if nodes or any(site.node for site in sites):
        root.problem("no topology", "topology: the file that has the nodes of the sites")


def _timing(root: Section) -> tuple[int, int | None]:
    """Windows that divide an hour, as those that are stored must; and rounds."""
    window_s = root.integer("window_s", low=1, high=_HOUR_S, required=False)
    round_s = root.integer("round_s", low=1, high=_MAX_ROUND_S, required=False)
    value = root.get("window_s")
    if value is not None and window_s is not None and _HOUR_S % window_s:
        value.refuse("seconds that divide an hour, such as 10, 60 or 300")
    return (window_s or _WINDOW_S) * NS_PER_S, None if round_s is None else round_s * NS_PER_S


_BUDGET_KEYS = ("site_pps", "site_bps", "link_pps", "link_bps")


def _budget(root: Section) -> Budget:
    section = root.section("budget", required=False)
    if section is None:
        return Budget()
    section.allow(*_BUDGET_KEYS)
    return Budget(*(section.number(key, above=0, required=False) for key in _BUDGET_KEYS))
