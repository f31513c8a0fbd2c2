"""What a plan was made from, as its document keeps it: network, options, release; and a digest.

The digest covers the answers too. Who plans again from them trusts that they are as they were
found: a list written in by hand would be taken for proven.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from netkit.files.native.dump import topology_content
from netkit.model.network.topology import Topology
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import Stitch

MADE_FROM = "made_from"

_Plain = Any


def made_from(
    document: Mapping[str, _Plain], topology: Topology, options: PlanOptions, release: str
) -> dict[str, object]:
    """What the plan of ``document``, a plan.json, was made from, by netkit ``release``."""
    made: dict[str, object] = {
        "netkit": release,
        "options": _options_content(options),
        "topology": topology_content(topology),
    }
    return {**made, "sha256": digest(document, made)}


def digest(document: Mapping[str, _Plain], made: Mapping[str, object]) -> str:
    """SHA-256 of the pairs and of what they were made from, however the document is laid out."""
    told = [document.get("pairs"), *(made.get(name) for name in ("netkit", "options", "topology"))]
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _options_content(options: PlanOptions) -> dict[str, object]:
    content = asdict(options)
    algorithms = options.algorithms
    content["algorithms"] = None if algorithms is None else list(algorithms)
    content["stitch"] = options.stitch.value
    return content


def options_of(content: Mapping[str, _Plain]) -> PlanOptions:
    """The options as they were; raises KeyError, TypeError or ValueError for what are none."""
    values = {field.name: content[field.name] for field in fields(PlanOptions)}
    algorithms = values["algorithms"]
    values["algorithms"] = None if algorithms is None else tuple(algorithms)
    values["stitch"] = Stitch(values["stitch"])
    return PlanOptions(**values)
