"""A plan.json that says what it was made from, as a plan to go on from."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from netkit.errors import InputError
from netkit.files.native.topology import topology_content, topology_from_content
from netkit.files.old_plans.answers import Answers
from netkit.files.old_plans.made_from import MADE_FROM, digest, options_of
from netkit.files.plan_document import is_plan
from netkit.files.reading.files import read_text
from netkit.files.reading.gc_pause import collector_paused
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions

_AGAIN = "Plan with `netkit plan FILE --out OLD.json` once, and go on from that"

_Plain = Any


@dataclass(frozen=True)
class OldPlan:
    """``plan``, the answers of a file that can be taken over, made on ``topology`` with ``options``
    by netkit ``release``."""

    file: str
    release: str
    topology: Topology
    options: PlanOptions
    plan: Plan


def read_old_plan(path: str | os.PathLike[str], now: Topology) -> OldPlan:
    """Read a plan.json; what its topology has in common with ``now`` is taken from there.

    Raises:
        InputError: it is no plan.json, does not say what it was made from, or was changed since.
    """
    file = os.fspath(path)
    with collector_paused():
        document = _document(read_text(path), file)
        made = document[MADE_FROM]
        try:
            topology = _topology(made["topology"], file, now)
            options = options_of(made["options"])
            pairs = tuple(Answers(topology).pairs(document["pairs"]))
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            what = f"it cannot be read: {type(error).__name__}: {error}"
            raise InputError.single(what, file=file, remedy=_AGAIN) from error
    plan = Plan(topology.name, str(document.get("profile", "")), pairs)
    return OldPlan(file, str(made["netkit"]), topology, options, plan)


def _document(text: str, file: str) -> Mapping[str, _Plain]:
    """A plan that says what it was made from, unchanged."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError.single("not valid JSON", file=file, value=str(error)) from error
    if not is_plan(document):
        expected = "a plan.json of `netkit plan`"
        raise InputError.single("no plan to go on from", file=file, expected=expected)
    made = document.get(MADE_FROM)
    if not isinstance(made, Mapping) or not isinstance(made.get("topology"), Mapping):
        raise InputError.single(
            "the plan does not say what it was made from", file=file,
            expected=f"`{MADE_FROM}`, as `netkit plan` writes it", remedy=_AGAIN,
        )  # fmt: skip
    if made.get("sha256") != digest(document, made):
        raise InputError.single(
            "the plan was changed since it was written", file=file,
            value=str(made.get("sha256")), expected=digest(document, made), remedy=_AGAIN,
        )  # fmt: skip
    return document


def _topology(old: Mapping[str, _Plain], file: str, now: Topology) -> Topology:
    """The topology of ``old``. Most of a network is as it is now: where routers and links alone are
    others, only those are read."""
    content: Mapping[str, _Plain] = topology_content(now)
    if old == content:
        return now
    if _apart(old) != _apart(content):
        return topology_from_content(old, file)
    nodes = dict(zip(map(_said, content["nodes"]), now.nodes, strict=True))
    links = dict(zip(map(_said, content["links"]), now.links, strict=True))
    others = [one for one in old["links"] if _said(one) not in links]
    ends = {one[end] for one in others for end in ("a", "b")}
    routers = [one for one in old["nodes"] if one["name"] in ends or _said(one) not in nodes]
    if routers:
        alone = {key: value for key, value in old.items() if key not in _OF_ROUTERS}
        read = topology_from_content({**alone, "nodes": routers, "links": others}, file)
        nodes |= dict(zip(map(_said, routers), read.nodes, strict=True))
        links |= dict(zip(map(_said, others), read.links, strict=True))
    return replace(
        now,
        nodes=tuple(nodes[_said(one)] for one in old["nodes"]),
        links=tuple(links[_said(one)] for one in old["links"]),
    )


_OF_ROUTERS = ("exchanges", "flex_algos", "anycasts")
"""Parts that name routers, and need all that they name."""


def _apart(content: Mapping[str, _Plain]) -> dict[str, _Plain]:
    """All but routers and links."""
    return {key: value for key, value in content.items() if key not in ("nodes", "links")}


def _said(entry: _Plain) -> str:
    """A router or a link by all that is said of it."""
    return json.dumps(entry)
