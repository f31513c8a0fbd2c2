"""What ``netkit emit`` has written, for each target."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from netkit.emit.network import RouterFiles
from netkit.errors import Problem
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class TargetFiles:
    """The ``files`` of all ``routers``, in order, in ``folder``: for ``target``, None where each
    router has its platform's. They run ``plan``, over the ``kind`` of SID where that is not the one
    that was asked for, as the platform takes no other."""

    target: str | None
    folder: Path
    plan: Plan
    kind: str | None
    files: tuple[Path, ...]
    routers: tuple[RouterFiles, ...]


@dataclass(frozen=True, slots=True)
class RefusedTarget:
    """A target of ``all`` whose platform does not take the plan, and every reason."""

    target: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Emitted:
    """What was ``made``, for each target in order, and the ``refused`` ones of ``all``."""

    made: tuple[TargetFiles, ...]
    refused: tuple[RefusedTarget, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """All files, in the order written."""
        return tuple(file for one in self.made for file in one.files)

    @property
    def routers(self) -> tuple[RouterFiles, ...]:
        """The files of all routers, for each target in turn."""
        return tuple(router for one in self.made for router in one.routers)

    @property
    def without_policy(self) -> tuple[PairPlan, ...]:
        """The pairs that have no list to configure, in some plan that was written."""
        found = {
            (pair.demand.src, pair.demand.dst, pair.demand.color, pair.demand.bound_us): pair
            for one in self.made for pair in one.plan.pairs if pair.verdict is not Verdict.PASS
        }  # fmt: skip
        return tuple(found.values())
