"""The state that a loop begins with: as its topology says, or as the one before it left things."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from netkit.errors import InputError
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.monitor.loop.state import LoopState
from netkit.workflows.monitoring.loop.kept import Kept, KeptFile
from netkit.workflows.monitoring.loop.linux_routers import LinuxRouters
from netkit.workflows.routers.audit import plan_digest, record

FOLDER = "watch"
"""Of what loops keep, in the state folder."""


class HeldRouters(Protocol):
    """Routers of which can be told what they hold."""

    def unlike(self, topology: Topology, plan: Plan) -> tuple[str, ...]:
        """The routers that do not hold their part of a plan."""

    def recover(self) -> None:
        """Take back what a loop that was killed has left on probation."""

    def hold(self, topology: Topology, plan: Plan, routers: Sequence[str]) -> None:
        """Make each of ``routers`` hold its part of a plan, or raise NetkitError."""

    def keep(self) -> None:
        """What they were made to hold stands."""


@contextmanager
def going_on(
    campaign: str, begun: LoopState, routers: LinuxRouters, note: Callable[[str], object]
) -> Iterator[tuple[LoopState, KeptFile]]:
    """The state to begin with, and where to keep it from now on; no other loop has the campaign or
    one of the routers meanwhile. ``note`` is told what of before cannot be used.

    Raises ApplyError where another loop is at work, and as :func:`resumed` does.
    """
    file = KeptFile(routers.state / FOLDER, campaign, begun)
    with file.alone(), routers.alone(file.folder):
        try:
            kept = file.read()
        except InputError as error:
            kept = None
            note(str(error))
        state = resumed(kept, begun, routers)
        if kept is not None:
            facts = {"campaign": campaign, "topology": begun.plan.topology}
            now = datetime.now(UTC)
            facts |= {"plan": plan_digest(state.plan)}
            record(routers.state, "watch", facts, now=now, outcome="resumed")
        file.write(Kept(state))
        yield state, file


def resumed(kept: Kept | None, begun: LoopState, routers: HeldRouters) -> LoopState:
    """Where the routers hold the plan that is to be in force, all that was kept. A change that was
    not over is taken back first, or where it was confirmed, finished.

    Where they hold the plan of the topology instead, as somebody applied it anew or the machine was
    started, it goes on from that, and from what is known of links and lists.

    Raises InputError where they hold neither: the loop would change them from what they are not.
    """
    if kept is None:
        _require(begun, begun.plan, routers, "the plan that the loop begins from")
        return begun
    state = kept.state
    if kept.others:
        routers.recover()
    unlike = routers.unlike(state.topology, state.plan)
    if unlike and _hold_others(kept, routers, unlike):
        routers.hold(state.topology, state.plan, unlike)
        routers.keep()
        unlike = ()
    if not unlike:
        return state
    what = "the plan that the loop begins from, nor what it has confirmed since"
    _require(begun, begun.plan, routers, what)
    return replace(state, plan=begun.plan)


def _hold_others(kept: Kept, routers: HeldRouters, unlike: Sequence[str]) -> bool:
    """Whether each of these was left with one of the other plans."""
    left = set(unlike)
    for one in kept.others:
        left &= set(routers.unlike(kept.state.topology, one))
    return not left


def _require(begun: LoopState, plan: Plan, routers: HeldRouters, what: str) -> None:
    unlike = routers.unlike(begun.topology, plan)
    if unlike:
        raise InputError.single(
            f"the router does not hold {what}", value=unlike[0],
            remedy="Apply it first: netkit apply, with the same topology",
        )  # fmt: skip
