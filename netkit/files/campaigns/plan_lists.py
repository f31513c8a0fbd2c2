"""The segment lists of a plan (docs/plan-json.md), as a probe can be sent over them.

A policy's list ends with the service SID that decapsulates; a probe carries nothing inside, and its
last destination is the reflector. So the list of a probe is that of the plan without its last SID.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netkit.errors import InputError, shown
from netkit.files.plan_document import SCHEMA, is_plan
from netkit.files.reading.files import read_text
from netkit.model.planning.demand import MOST_BOUND_US
from netkit.model.units import US_PER_MS, ms_to_us

_Plain = Any

_MOST_MS = MOST_BOUND_US // US_PER_MS


@dataclass(frozen=True, slots=True)
class PlanLists:
    """``digest`` is the SHA-256 of the file. ``lists`` holds, by (src, dst, role), the SIDs of each
    list of that candidate path, heaviest first, as far as probes can go over it; ``compressed`` the
    paths whose last SID is a uSID container, which ends in a decapsulation and cannot be left out.

    Of several demands between two nodes ``lists`` has those of the first, and ``bounded``, by (src,
    dst, role, bound in µs), those of each.
    """

    digest: str
    lists: Mapping[tuple[str, str, str], tuple[tuple[str, ...], ...]]
    compressed: frozenset[tuple[str, str, str]]
    bounded: Mapping[tuple[str, str, str, int], tuple[tuple[str, ...], ...]] = field(
        default_factory=dict
    )


def read_plan_lists(path: str | os.PathLike[str]) -> PlanLists:
    """Read a plan; raises :class:`~netkit.errors.InputError` for what is none."""
    text = read_text(path)
    file = os.fspath(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError.single("not valid JSON", file=file, value=str(error)) from error
    if not is_plan(document):
        raise InputError.single("no plan", file=file, expected=f"the schema {SCHEMA}")
    try:
        return _lists(document, hashlib.sha256(text.encode()).hexdigest(), file)
    except (KeyError, TypeError, AttributeError) as error:
        what = f"a pair lacks {error}"
        raise InputError.single(what, file=file, expected="docs/plan-json.md has it") from error


def _lists(document: Mapping[str, _Plain], digest: str, file: str) -> PlanLists:
    found: dict[tuple[str, str, str], tuple[tuple[str, ...], ...]] = {}
    bounded: dict[tuple[str, str, str, int], tuple[tuple[str, ...], ...]] = {}
    compressed = set()
    for pair in document["pairs"]:
        bound_us = _bound_us(pair, file)
        packed = (pair.get("encapsulation") or {}).get("pushed") == "usid"
        for candidate in pair["candidates"]:
            key = (pair["src"], pair["dst"], candidate["role"])
            lists = sorted(candidate["segment_lists"], key=lambda one: -one["weight"])
            if packed:
                compressed.add(key)
            else:
                sids = tuple(tuple(map(str, one["sids"][:-1])) for one in lists)
                found.setdefault(key, sids)
                bounded.setdefault((*key, bound_us), sids)
    return PlanLists(digest, found, frozenset(compressed), bounded)


def _bound_us(pair: Mapping[str, _Plain], file: str) -> int:
    """JSON has numbers of any size, and more besides."""
    bound_ms = pair["bound_ms"]
    if isinstance(bound_ms, bool) or not 0 <= bound_ms <= _MOST_MS:  # which NaN is not either
        src, dst, value = (shown(str(one))[1:-1] for one in (pair["src"], pair["dst"], bound_ms))
        raise InputError.single(
            f"bound_ms of {src} to {dst}", file=file, value=value, expected=f"0 to {_MOST_MS}"
        )
    return ms_to_us(bound_ms)
