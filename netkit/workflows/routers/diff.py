"""From files to what two descriptions of routers say: plans, emitted folders, saved files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from netkit.emit.desired.states import desired_states
from netkit.emit.network_diff import Side
from netkit.emit.read_files import RouterRead, placed, read_folder, read_saved
from netkit.emit.recognise import recognised
from netkit.emit.targets import TARGETS
from netkit.errors import InputError
from netkit.files.plan_document import is_plan
from netkit.files.reading.files import read_configuration
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.workflows.routers.plan_side import plan_side, platforms_of

_TOPOLOGY = re.compile(r"^netkit:\s*topology/|<graphml\b", re.MULTILINE)
"""What files have that are topologies even beside a target."""


def planned_side(what: str, topology: Topology, plan: Plan, *, usid: bool = False) -> Side:
    """What a plan asks of all routers of its topology."""
    return Side(what, desired_states(topology, plan, usid=usid), {}, {}, platforms_of(topology))


def read_side(
    path: Path,
    target: str | None = None,
    router: str | None = None,
    topology: Topology | None = None,
) -> Side | None:
    """A folder of configurations, a plan.json, or a file saved from a router; None for a file that
    is none of these, as a topology.

    ``target`` is taken where the content does not tell it; ``router`` is whose a single file is, by
    default its name without its ending; ``topology`` is what a plan.json was planned on. Raises
    InputError for what cannot be read, with lines.
    """
    if path.is_dir():
        return _folder(path, target)
    text = read_configuration(path)
    document = _json(text)
    if is_plan(document):
        return plan_side(document, str(path), topology)
    if recognised(text) is None and (target is None or _TOPOLOGY.search(text)):
        return None
    stated = document.get("router") if isinstance(document, dict) else None
    name = router or (stated if isinstance(stated, str) else path.stem)
    read = read_saved(text, name, str(path), target)
    sure = router is not None or isinstance(stated, str)
    side = _side(f"file {path}", {name: read})
    return replace(side, single=True, sure=sure, suffix=read.suffix)


def _folder(path: Path, target: str | None) -> Side:
    files = {one.name: read_configuration(one) for one in sorted(path.iterdir()) if _is_ours(one)}
    if not files:
        raise InputError.single(
            "no configurations", file=str(path), expected="files of routers", remedy=_inside(path)
        )
    try:
        read = read_folder(files, target)
    except InputError as error:
        raise placed(error, lambda name: str(path / name)) from None
    return _side(f"folder {path}", read)


def _inside(path: Path) -> str | None:
    """What to say of a folder that several targets were written to."""
    targets = [one for one in TARGETS if (path / one).is_dir()]
    return f"Name one of its folders: {', '.join(targets)}" if targets else None


def _is_ours(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _side(what: str, read: Mapping[str, RouterRead]) -> Side:
    return Side(
        what,
        {name: one.state for name, one in read.items()},
        {name: one.target for name, one in read.items()},
        {name: one.foreign for name, one in read.items() if one.foreign},
    )


def _json(text: str) -> object:
    if not text.lstrip().startswith("{"):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
