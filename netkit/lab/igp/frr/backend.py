"""IS-IS of FRR as the IGP of a lab."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

from netkit.errors import LabError
from netkit.lab.blueprint import Blueprint
from netkit.lab.igp.backend import IgpName, IgpSite
from netkit.lab.igp.frr.carrier import set_carrier
from netkit.lab.igp.frr.config import (
    INSTANCE,
    SRV6_DEVICE,
    FrrOptions,
    igp_ports,
    interfaces,
    isisd_conf,
    link_local,
    link_params,
    not_carried,
    rounds,
    zebra_conf,
)
from netkit.lab.igp.frr.convergence import (
    QUIET_S,
    RouterState,
    adjacencies_up,
    lacking,
    lsps_of,
)
from netkit.lab.igp.frr.daemons import Daemons
from netkit.lab.igp.frr.release import FrrRelease
from netkit.lab.igp.route_watch import RouteChange, RouteWatch
from netkit.lab.kernel.router_setup import IgpRoutes
from netkit.model.srv6.node_sids import locator
from netkit.model.units import MS_PER_S

_AT_ONCE = 4
_POLL_S = 0.5
PATIENCE_S = 300.0


class FrrIgp:
    """zebra and isisd in every router, mgmtd where the version has it.

    ``spf_wait_ms``: how long they wait before they compute routes, once the lab is up (RFC 8405,
    all three delays alike); None: as FRR does by itself, at once or a second after the last time.
    """

    name = IgpName.FRR

    def __init__(
        self,
        release: FrrRelease,
        *,
        multi_topology: bool = False,
        spf_wait_ms: float | None = None,
    ) -> None:
        self.release = release
        self.options = FrrOptions(release.srv6, release.loss, multi_topology)
        self.spf_wait_ms = spf_wait_ms
        self.converged_s: float | None = None
        self._site: IgpSite | None = None
        self._daemons: Daemons | None = None
        self._dark: frozenset[str] = frozenset()
        self._watch: RouteWatch | None = None

    def preset(self, routes: IgpRoutes) -> IgpRoutes:
        """Those of Flexible Algorithms, which IS-IS of FRR has for MPLS alone."""
        return {
            node: {key: hops for key, hops in own.items() if key[1] != 0}
            for node, own in routes.items()
        }

    def router_lines(self, blueprint: Blueprint, node: str) -> Sequence[str]:
        """Link-local addresses, which IS-IS gives as next hops, and who has them; the locator."""
        topology = blueprint.topology
        lines = [f"link add {SRV6_DEVICE} type bridge", f"link set {SRV6_DEVICE} up"]
        own = locator(topology, node)
        if own is not None:
            lines.append(f"addr add {own[2]}/{own.prefixlen} dev lo noprefixroute nodad")
        for port, _ in igp_ports(blueprint, node):
            local = link_local(port.subnet, topology.node[node].sid_index)
            lines.append(f"addr add {local}/64 dev {port.name} nodad")
            for peer in blueprint.peers(port):
                theirs = link_local(port.subnet, peer.sid_index)
                lines.append(f"neigh add {theirs} lladdr {peer.mac} dev {port.name} nud permanent")
        return lines

    def start(self, site: IgpSite) -> None:
        """Start all daemons, state what they take only then, and wait until IS-IS has converged."""
        began = time.monotonic()
        self._site = site
        self._daemons = Daemons.hold(self.release, site.environment)
        self._everywhere("FRR", self._start_router)
        self._everywhere("link parameters", partial(self._set_link_params, 0))
        for number in range(1, 1 + max(rounds(site.blueprint).values(), default=0)):
            self._wait(number, quiet_s=0)
            self._everywhere("parallel links", partial(self._join, number))
            self._everywhere("link parameters", partial(self._set_link_params, number))
        self._wait()
        self.converged_s = time.monotonic() - began
        if self.spf_wait_ms is not None:
            self._everywhere("SPF delays", self._delay_spf)
        routers = {name: site.namespaces[name] for name in site.blueprint.routers}
        self._watch = RouteWatch(routers)

    def links_down(self, link_ids: Collection[str]) -> None:
        """Their ports lose the carrier, and those of links that are whole again get it back."""
        down = frozenset(link_ids)
        set_carrier(self.site, down - self._dark, light=False)
        set_carrier(self.site, self._dark - down, light=True)
        self._dark = down

    def settle(self, patience_s: float = PATIENCE_S, given_up: Event | None = None) -> None:
        """Wait until every adjacency that there can be is up, routers that reach each other hold
        the same LSPs, and no table has changed for longer than they wait before they compute; for
        ``patience_s`` at the most, and no longer than until it is given up."""
        quiet_s = max(QUIET_S, (self.spf_wait_ms or 0.0) / MS_PER_S + 1.0)
        self._wait(quiet_s=quiet_s, patience_s=patience_s, given_up=given_up)

    @property
    def changes(self) -> Sequence[RouteChange]:
        """Every change of a route of IS-IS since the lab is up."""
        return () if self._watch is None else tuple(self._watch.changes)

    def facts(self) -> dict[str, object]:
        """Version, time to converge, and what it could not be told."""
        left = [] if self._site is None else not_carried(self._site.blueprint, self.options)
        return {
            "frr": self.release.version,
            "multi_topology": self.options.multi_topology,
            "converged_s": self.converged_s,
            "not_carried": left,
        }

    def say(self, router: str, daemon: str, command: str) -> str:
        """What a router's daemon prints.

        Raises:
            LabError: it does not answer.
        """
        with self._running.vty(self._index(router), daemon) as vty:
            return vty.say(command)

    def ask(self, router: str, daemon: str, command: str) -> dict[str, Any]:
        """What a router's daemon prints as JSON."""
        with self._running.vty(self._index(router), daemon) as vty:
            return vty.ask(command)

    def stop(self) -> None:
        """End all daemons."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        if self._daemons is not None:
            self._daemons.stop()
            self._daemons = None

    @property
    def site(self) -> IgpSite:
        """Where it runs.

        Raises:
            LabError: it does not.
        """
        if self._site is None:
            raise LabError("FRR is not running")
        return self._site

    @property
    def _running(self) -> Daemons:
        if self._daemons is None:
            raise LabError("FRR is not running")
        return self._daemons

    def _index(self, router: str) -> int:
        return self.site.blueprint.topology.node[router].sid_index

    def _everywhere(self, what: str, job: Callable[[str], None]) -> None:
        routers = self.site.blueprint.routers
        self.site.on_progress(what, 0, len(routers))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done, _ in enumerate(pool.map(job, routers), start=1):
                self.site.on_progress(what, done, len(routers))

    def _start_router(self, router: str) -> None:
        blueprint = self.site.blueprint
        files = {
            "zebra": zebra_conf(blueprint, router, self.options),
            "isisd": isisd_conf(blueprint, router, self.options),
        }
        self._running.start(self._index(router), self.site.namespaces[router], files)

    def _delay_spf(self, router: str) -> None:
        wait_ms = round(self.spf_wait_ms or 0.0)
        delays = " ".join(f"{name}-delay {wait_ms}" for name in ("init", "short", "long"))
        ietf = f"spf-delay-ietf {delays} holddown {2 * wait_ms} time-to-learn {wait_ms}"
        self._configure(router, "isisd", (f"router isis {INSTANCE}", ietf, "exit"))

    def _set_link_params(self, number: int, router: str) -> None:
        """To zebra, or to mgmtd, which keeps the configuration of zebra's interfaces."""
        commands = link_params(self.site.blueprint, router, number)
        self._configure(router, self.release.daemons[0], commands)

    def _configure(self, router: str, daemon: str, commands: Sequence[str]) -> None:
        if commands:
            with self._running.vty(self._index(router), daemon) as vty:
                vty.configure(commands)

    def _join(self, number: int, router: str) -> None:
        """Have the ports of a later round take part."""
        commands = interfaces(self.site.blueprint, router, self.options, number)
        self._configure(router, "isisd", commands)

    def _wait(
        self,
        number: int | None = None,
        quiet_s: float = QUIET_S,
        patience_s: float = PATIENCE_S,
        given_up: Event | None = None,
    ) -> None:
        """Until it has converged, with the links of the rounds before ``number``, or all."""
        given_up = Event() if given_up is None else given_up
        blueprint = self.site.blueprint
        deadline = time.monotonic() + patience_s
        states: dict[str, RouterState] = {}
        quiet_since = time.monotonic()
        while not given_up.is_set():
            now = self._states(blueprint.routers)
            if now != states:
                states, quiet_since = now, time.monotonic()
            missing = lacking(blueprint, states, number, self._dark)
            self.site.on_progress("IS-IS", len(blueprint.routers) - len(missing), len(states))
            if not missing and time.monotonic() - quiet_since >= quiet_s:
                return
            if time.monotonic() > deadline:
                why = "; ".join(missing[:5]) or "routes keep changing"
                raise LabError(f"IS-IS has not converged after {patience_s:.0f} s: {why}")
            given_up.wait(_POLL_S)

    def _states(self, routers: Iterable[str]) -> dict[str, RouterState]:
        return {router: self._state(router) for router in routers}

    def _state(self, router: str) -> RouterState:
        with self._running.vty(self._index(router), "isisd") as isisd:
            up = adjacencies_up(isisd.say("show isis neighbor"))
            lsps = lsps_of(isisd.say("show isis database"))
        summary = self.ask(router, "zebra", "show ipv6 route summary json")
        routes = sum(one["fib"] for one in summary.get("routes", ()) if "isis" in one["type"])
        return RouterState(up, lsps, routes)
