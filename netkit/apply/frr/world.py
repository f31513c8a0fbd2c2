"""A running FRR as the world that changes are made in; implements ``World``."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from netkit.apply.changes import Change
from netkit.apply.frr.in_force import Shown, in_force
from netkit.apply.frr.statements import (
    ROUTE,
    SID,
    Statements,
    commands,
    read_statements,
)
from netkit.apply.frr.vtysh import Vtysh
from netkit.apply.linux.kernel import Kernel
from netkit.apply.objects import FrrStatement, KernelObject, Key, TunnelSource
from netkit.errors import ApplyError

_PATIENCE_S, _LOOK_S, _AGAIN_S = 15.0, 0.2, 1.0
_SOURCE_KEY = ("tunsrc",)


class FrrWorld:
    """The FRR that ``vtysh`` speaks to, with the kernel that it installs into."""

    def __init__(self, vtysh: Vtysh, kernel: Kernel) -> None:
        self._vtysh, self._kernel = vtysh, kernel
        self.grammar = vtysh.grammar()

    def statements(self) -> Statements:
        """What is configured: netkit's own, each with whether it is in force, and of others."""
        try:
            found = read_statements(self._vtysh.running(), self.grammar)
        except ValueError as error:
            raise ApplyError(f"the running configuration is not understood: {error}") from error
        shown = self._shown(found.own)
        own = tuple(replace(one, in_force=in_force(one, shown)) for one in found.own)
        return Statements(own, found.foreign)

    def held(self, keys: Iterable[Key]) -> Mapping[Key, KernelObject]:
        """What is configured of the things with these keys."""
        wanted = set(keys)
        return {one.key: one for one in self.statements().own if one.key in wanted}

    def make(self, change: Change) -> None:
        """State what is new or different, and say no to what goes."""
        before, after = change.before, change.after
        self._vtysh.configure(commands(
            before if isinstance(before, FrrStatement) else None,
            after if isinstance(after, FrrStatement) else None,
        ))  # fmt: skip

    def settle(self, wanted: Iterable[KernelObject]) -> None:
        """Wait until all of these are in force. staticd forgets SIDs when routes change: one that
        left the configuration is stated again at once, another that is not there after a moment."""
        asked = [one for one in wanted if isinstance(one, FrrStatement) and one.in_force]
        end = time.monotonic() + _PATIENCE_S
        again = time.monotonic() + _AGAIN_S
        while time.monotonic() < end:
            held = {one.key: one for one in self.statements().own}
            missing = [one for one in asked if held.get(one.key) != one]
            if not missing:
                return
            late = time.monotonic() >= again
            self._state_again(one for one in missing if late or one.key not in held)
            again = time.monotonic() + _AGAIN_S if late else again
            time.sleep(_LOOK_S)

    def _state_again(self, missing: Iterable[FrrStatement]) -> None:
        for one in missing:
            if one.rank == SID:
                self._vtysh.configure([*one.nodes, f"no {one.identity}", one.words])

    def _shown(self, own: Iterable[FrrStatement]) -> Shown:
        vrfs = {one.nodes[0].split()[1] for one in own if one.rank == ROUTE and one.nodes}
        zebra = {
            (vrf, prefix): entries
            for vrf in (None, *sorted(vrfs))
            for prefix, entries in self._routes(vrf)
        }
        source = self._kernel.held([_SOURCE_KEY]).get(_SOURCE_KEY)
        return Shown(
            zebra, dict(self._locators()), [route for _, route in self._kernel.routes()],
            source.address if isinstance(source, TunnelSource) else None,
        )  # fmt: skip

    def _routes(self, vrf: str | None) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        where = "" if vrf is None else f" vrf {vrf}"
        for family in ("ipv6", "ip"):
            yield from self._vtysh.shown(f"show {family} route{where} json").items()

    def _locators(self) -> Iterator[tuple[str, str]]:
        shown = self._vtysh.shown("show segment-routing srv6 locator json")
        for one in shown.get("locators", ()):
            if one.get("statusUp"):
                yield one["name"], one["prefix"]
