"""Linux routers of this machine, as the closed loop changes them: each change on probation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from netkit.apply.namespace import identity, inside
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.store.file_lock import alone
from netkit.workflows.routers.apply import LINUX, apply, planned, recover
from netkit.workflows.routers.probation import Probation


@dataclass(frozen=True, slots=True)
class LinuxRouters:
    """Routers by the name of their namespace (None is where we are); journals and the audit trail
    are in ``state``.

    Until :meth:`keep` all changes are on probation: if this process is killed, :meth:`recover` of
    the next one, or ``netkit apply --recover``, takes them back.
    """

    netns: Mapping[str, str | None]
    state: Path
    _waiting: dict[str, Probation] = field(default_factory=dict)

    def hold(self, topology: Topology, plan: Plan, routers: Sequence[str]) -> None:
        """One router after the other; what was on probation there is taken back first."""
        for name in routers:
            before = self._waiting.pop(name, None)
            if before is not None:
                before.undo()
            wanted = planned(Path(LINUX), topology, plan, name)
            self._waiting[name] = Probation(wanted, self.state, self.netns[name])

    def keep(self) -> None:
        """Commit what is on probation."""
        while self._waiting:
            _, change = self._waiting.popitem()
            change.keep()

    def unlike(self, topology: Topology, plan: Plan) -> tuple[str, ...]:
        """The routers that do not hold their part of a plan."""
        return tuple(
            name
            for name, netns in self.netns.items()
            if apply(
                planned(Path(LINUX), topology, plan, name), self.state, netns, dry_run=True
            ).changes
        )

    def recover(self) -> None:
        """Take back what a loop that was killed has left on probation."""
        for netns in self.netns.values():
            recover(self.state, netns)

    @contextmanager
    def alone(self, folder: Path) -> Iterator[None]:
        """Keep other loops from these routers meanwhile: each would change them from what they are
        not. Raises ApplyError where another one has a router."""
        with ExitStack() as held:
            for name, netns in sorted(self.netns.items()):
                with inside(netns):
                    lock = folder / f"{identity().name}.router"
                held.enter_context(alone(lock, f"another netkit watch of {name}"))
            yield
