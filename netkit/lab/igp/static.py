"""The planner's own routes, set once: nothing reconverges."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from netkit.lab.blueprint import Blueprint
from netkit.lab.igp.backend import Change, IgpName, IgpSite
from netkit.lab.kernel.router_setup import IgpRoutes


class StaticIgp:
    """All routes are set while the routers are configured, and stay."""

    name = IgpName.STATIC

    @property
    def changes(self) -> Sequence[Change]:
        """None."""
        return ()

    def preset(self, routes: IgpRoutes) -> IgpRoutes:
        """All of them."""
        return routes

    def router_lines(self, blueprint: Blueprint, node: str) -> Sequence[str]:  # noqa: ARG002
        """Nothing more."""
        return ()

    def start(self, site: IgpSite) -> None:
        """Nothing to begin."""

    def links_down(self, link_ids: Collection[str]) -> None:
        """Nothing changes."""

    def settle(self) -> None:
        """Nothing changes."""

    def facts(self) -> dict[str, object]:
        """There is nothing to say."""
        return {}

    def stop(self) -> None:
        """Nothing to end."""
