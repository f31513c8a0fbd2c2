"""Reading a campaign file whole: every problem in it at once, each with its line.

Whether the topology has the nodes named, and what selectors come to, is for whoever loads the
topology (:mod:`netkit.workflows.campaigns`). docs/campaigns.md describes every field.
"""

from __future__ import annotations

import os
from pathlib import Path

from netkit.errors import InputError, did_you_mean
from netkit.files.campaigns.measurements import SCHEDULE_KEYS, read_measurements, read_schedule
from netkit.files.campaigns.sites import read_sites
from netkit.files.reading.yaml_sections import Document, Section, read_document
from netkit.files.tier_profiles import expected_profile, is_profile_file, read_profile
from netkit.model.measurement.campaign import Site
from netkit.model.measurement.campaign_file import Budget, CampaignFile, Schedule
from netkit.model.planning.tier import PROFILES, Scope, TierProfile
from netkit.model.units import NS_PER_S

_MAX_SEED = 2**32 - 1
_MAX_ROUND_S = 30 * 86_400
_HOUR_S, _WINDOW_S = 3600, 60

_KEYS = (
    "name", "description", "topology", "plan", "profile", "scope", "seed", "window_s", "round_s",
    "budget", "sites", "measure",
)  # fmt: skip


def read_campaign(path: str | os.PathLike[str]) -> CampaignFile:
    """Read a campaign file; raises :class:`InputError` with everything that is wrong in it."""
    document = read_document(path)
    root = document.root
    _allow(root)
    name = root.text("name")
    folder = Path(path).parent
    topology, plan = _file(root, "topology", folder), _file(root, "plan", folder)
    profile = _profile(document, root)
    scope = root.choice("scope", Scope, required=False)
    schedule = read_schedule(root, Schedule())
    sites = read_sites(root, folder)
    known = None if "sites" not in root else tuple(site.name for site, _ in sites)
    measurements = read_measurements(root, schedule, scope, known)
    window_ns, round_ns = _timing(root)
    seed = root.integer("seed", low=0, high=_MAX_SEED, required=False)
    budget = _budget(root)
    description = root.text("description", required=False)
    _needs(root, [site for site, _ in sites])
    document.check()
    return CampaignFile(
        str(name), measurements, topology, plan, profile or PROFILES["2023"],
        tuple(site for site, _ in sites), budget, window_ns, round_ns, seed or 0,
        description or "", str(path), tuple(line for _, line in sites),
    )  # fmt: skip


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


def _allow(root: Section) -> None:
    """Pairs once stood at the top: the remedy says where they do now."""
    if "pairs" in root:
        root.problem(
            "pairs stand under measure", "measure: with an item pairs:", "See docs/campaigns.md."
        )
    root.allow(*_KEYS, *SCHEDULE_KEYS, "pairs")


def _needs(root: Section, sites: list[Site]) -> None:
    """Sites that stand for a node need a topology, and so do those that nobody lists."""
    if "topology" not in root and ("sites" not in root or any(site.node for site in sites)):
        root.problem("no topology", "topology: the file that has the nodes of the sites")


def _profile(document: Document, root: Section) -> TierProfile | None:
    """By name, or from a file of its own, whose problems are reported with those of this one."""
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


def _timing(root: Section) -> tuple[int, int | None]:
    """Windows that divide an hour, as those that are stored must; and rounds."""
    window_s = root.integer("window_s", low=1, high=_HOUR_S, required=False)
    round_s = root.integer("round_s", low=1, high=_MAX_ROUND_S, required=False)
    if window_s is not None and _HOUR_S % window_s:
        root.problem(f"window_s: {window_s}", "seconds that divide an hour, such as 10, 60 or 300")
    return (window_s or _WINDOW_S) * NS_PER_S, None if round_s is None else round_s * NS_PER_S


_BUDGET_KEYS = ("site_pps", "site_bps", "link_pps", "link_bps")


def _budget(root: Section) -> Budget:
    section = root.section("budget", required=False)
    if section is None:
        return Budget()
    section.allow(*_BUDGET_KEYS)
    return Budget(*(section.number(key, above=0, required=False) for key in _BUDGET_KEYS))
