"""What every IGP of a lab must be able to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from netkit.lab.blueprint import Blueprint
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.router_setup import IgpRoutes
from netkit.model.progress import Steps


class IgpName(StrEnum):
    """``static`` are the planner's routes; ``staged`` are they too, and spread hop by hop after a
    cut; ``frr`` is real IS-IS."""

    STATIC = "static"
    STAGED = "staged"
    FRR = "frr"


@dataclass(frozen=True, slots=True)
class IgpSite:
    """Where an IGP runs; ``environment`` is for its processes, ``on_progress`` is told how far it
    has converged."""

    blueprint: Blueprint
    namespaces: Mapping[str, Namespace]
    environment: Mapping[str, str]
    on_progress: Steps


class Change(Protocol):
    """A router has changed its routes at this moment, ns since 1970."""

    @property
    def at_ns(self) -> int:
        """When."""

    @property
    def router(self) -> str:
        """Which."""


class IgpBackend(Protocol):
    """Fills the routing tables of the booted routers, and minds what happens to links."""

    name: IgpName

    @property
    def changes(self) -> Sequence[Change]:
        """When routers have changed their routes since the lab is up."""

    def preset(self, routes: IgpRoutes) -> IgpRoutes:
        """Those of the planner's routes that are set while routers are configured."""

    def router_lines(self, blueprint: Blueprint, node: str) -> Sequence[str]:
        """What a router needs beside its addresses, as ``ip -6 -batch`` lines."""

    def start(self, site: IgpSite) -> None:
        """Begin, once links carry; returns when routes have converged.

        Raises:
            LabError: they do not, or a part of it cannot be started.
        """

    def links_down(self, link_ids: Collection[str]) -> None:
        """The links, fabrics and legs of these ids are cut now, and all others are whole."""

    def settle(self) -> None:
        """Wait until all routers have the routes of the last change.

        Raises:
            LabError: routes could not be set, or keep changing.
        """

    def facts(self) -> dict[str, object]:
        """What it is and how it went, for whoever asks; JSON values."""

    def stop(self) -> None:
        """End what :meth:`start` began; may be called at any time, and twice."""
