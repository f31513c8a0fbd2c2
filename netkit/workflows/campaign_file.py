"""Campaigns: who measures whom, how often, against which tiers; one YAML file each.

::

    name: hub-city-20ms
    topology: ../topologies/east-data-west-compute.yaml   # relative to this file
    profile: "2023"                                       # or a file, relative to this one
    pairs:
      - {src: zhongwei, dst: beijing}
    count: 100
    interval_ms: 200

Pairs are one-way demands as the planner takes them; a probe measures both directions anyway.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from netkit.errors import InputError, did_you_mean
from netkit.files.reading.yaml_sections import Document, Section, read_document
from netkit.files.tier_profiles import expected_profile, is_profile_file, read_profile
from netkit.model.planning.tier import PROFILES, Scope, TierProfile
from netkit.probe.sender.request import MAX_REQUEST_BYTES, MIN_REQUEST_BYTES
from netkit.wire.tlv import HEADER_BYTES

_MAX_COUNT = 1_000_000
_MAX_MS = 3_600_000
_MIN_INTERVAL_MS = 1
_MAX_SEED = 2**32 - 1

_KEYS = (
    "name", "description", "topology", "profile", "scope", "pairs",
    "count", "interval_ms", "timeout_ms", "request_bytes", "seed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Campaign:
    """``topology`` is the path of a topology file, ``profile`` one that ships or a file's.

    With a ``scope``, every pair is judged by the profile's tier of that scope, else by the tier
    that its own two nodes fall under. ``request_bytes`` is the UDP payload of a probe.
    ``pair_lines`` says where in ``file`` each pair stands.
    """

    name: str
    topology: Path
    pairs: tuple[tuple[str, str], ...]
    profile: TierProfile = PROFILES["2023"]
    scope: Scope | None = None
    count: int = 100
    interval_ms: float = 200
    timeout_ms: float = 1000
    request_bytes: int = MIN_REQUEST_BYTES
    seed: int = 0
    description: str = ""
    file: str = field(default="campaign", compare=False)
    pair_lines: tuple[int | None, ...] = field(default=(), compare=False)

    @property
    def located(self) -> Iterator[tuple[tuple[str, str], int | None]]:
        """Each pair with its line; pairs of a campaign that no file holds have none."""
        return zip_longest(self.pairs, self.pair_lines)


def load_campaign(path: str | os.PathLike[str]) -> Campaign:
    """Read a campaign file; raises :class:`InputError` with everything that is wrong in it.

    Whether the topology has the nodes named is for whoever loads the topology to check.
    """
    document = read_document(path)
    root = document.root
    root.allow(*_KEYS)
    name = root.text("name")
    topology = root.text("topology")
    pairs = _pairs(document, root)
    optional = {
        "description": root.text("description", required=False),
        "profile": _profile(document, root),
        "scope": root.choice("scope", Scope, required=False),
        "count": root.integer("count", low=1, high=_MAX_COUNT, required=False),
        "interval_ms": root.number(
            "interval_ms", low=_MIN_INTERVAL_MS, high=_MAX_MS, required=False
        ),
        "timeout_ms": root.number("timeout_ms", low=1, high=_MAX_MS, required=False),
        "request_bytes": _request_bytes(root),
        "seed": root.integer("seed", low=0, high=_MAX_SEED, required=False),
    }
    document.check()
    folder = Path(path).parent
    given = {key: value for key, value in optional.items() if value is not None}
    return Campaign(
        str(name),
        folder / str(topology),
        tuple(pairs),
        file=str(path),
        pair_lines=tuple(pairs.values()),
        **given,  # type: ignore[arg-type]
    )


def _pairs(document: Document, root: Section) -> dict[tuple[str, str], int | None]:
    """Every pair, and its line."""
    found: dict[tuple[str, str], int | None] = {}
    for pair in root.sections("pairs"):
        pair.allow("src", "dst")
        src, dst = pair.text("src"), pair.text("dst")
        if src is None or dst is None:
            continue
        if src == dst:
            pair.problem(f"{src} would measure itself", "two different nodes")
        elif (src, dst) in found:
            pair.problem(
                f"the pair {src} to {dst} is already in line {found[src, dst]}", "each pair once"
            )
        else:
            found[src, dst] = pair.line
    if "pairs" in root and not found and not document.findings.any_problem:
        root.problem("pairs", "at least one pair")
    return found


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


def _request_bytes(root: Section) -> int | None:
    """Between the bare request and one with padding lies a gap: a TLV has a header."""
    value = root.get("request_bytes")
    if value is None:
        return None
    size = value.integer(low=MIN_REQUEST_BYTES, high=MAX_REQUEST_BYTES)
    if size is not None and MIN_REQUEST_BYTES < size < MIN_REQUEST_BYTES + HEADER_BYTES:
        value.refuse(f"{MIN_REQUEST_BYTES}, or at least {MIN_REQUEST_BYTES + HEADER_BYTES}")
    return size
