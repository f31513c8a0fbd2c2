"""What netkit did, for the audit trail: who, when, from which plan and topology, what changed."""

from __future__ import annotations

import hashlib
import os
import platform
import pwd
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.sr_policy import policy_paths
from netkit.store.audit_log import append
from netkit.store.state_folder import audit_path, state_folder

SCHEMA = "netkit/audit-entry/1"


def here() -> Path:
    """The state folder of this user on this machine."""
    return state_folder(os.environ, root=os.geteuid() == 0, home=Path.home())


def digest(data: str | bytes) -> str:
    """What tells one plan, file or topology from another: ``sha256:`` and the hash of its bytes."""
    packed = data.encode() if isinstance(data, str) else data
    return f"sha256:{hashlib.sha256(packed).hexdigest()}"


def plan_digest(plan: Plan) -> str:
    """What tells one plan from another: its demands and the lists that headends are given."""
    lines = [
        f"{_ordered(pair.demand)} {path.preference} {share.weight} {share.candidate.segments}"
        for pair in plan.pairs
        for path in policy_paths(pair)
        for share in path.lists
    ]
    return digest("\n".join(lines))


def _ordered(demand: Demand) -> Demand:
    """The demand with names in order: in a set they stand otherwise in each process."""
    given = demand.constraints.given
    several: dict[str, Any] = {
        field: tuple(sorted(names))
        for field, names in given.items()
        if isinstance(names, frozenset) and len(names) > 1
    }
    return replace(demand, constraints=replace(demand.constraints, **several))


def origin(plan: Plan, topology_digest: str | None) -> dict[str, object]:
    """What is made of ``plan`` comes from: the plan and its topology, by digest."""
    return {
        "topology": plan.topology, "topology_digest": topology_digest, "plan": plan_digest(plan),
    }  # fmt: skip


def record_plan(
    folder: Path, action: str, file: Path, plan: Plan, facts: Mapping[str, object], now: datetime
) -> None:
    """Record that ``plan`` was made of the topology in ``file``, and what was done with it."""
    missing = sum(pair.primary is None for pair in plan.pairs)
    record(folder, action, {
        **origin(plan, digest(file.read_bytes())), "file": str(file),
        "pairs": len(plan.pairs), "without_policy": missing, **facts,
    }, now=now)  # fmt: skip


def record(
    folder: Path, action: str, facts: Mapping[str, object], *, now: datetime, outcome: str = "done"
) -> None:
    """Add a line to the audit trail of ``folder``; ``now`` is an aware time.

    Raises as :func:`~netkit.store.audit_log.append` does.
    """
    append(audit_path(folder), {
        "schema": SCHEMA,
        "time": now.isoformat(timespec="milliseconds"),
        "who": _who(os.getuid()),
        "for": os.environ.get("SUDO_USER"),
        "host": platform.node(),
        "process": os.getpid(),
        "netkit": version("netkit-srv6"),
        "action": action,
        "outcome": outcome,
        **facts,
    })  # fmt: skip


def _who(uid: int) -> str:
    """The name of a user as the machine has it: variables say what anybody writes into them."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
