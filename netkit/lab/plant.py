"""Turning bare namespaces into the backbone of a blueprint.

The namespaces belong to processes that somebody else started (Mininet's shells); this file knows
them by process id only.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from netkit.errors import LabError
from netkit.lab.blueprint import (
    CUSTOMER_PORT,
    HOST_PORT,
    SEGMENT_PORT,
    WIRE_NAME,
    Blueprint,
    host_name,
)
from netkit.lab.delay.backend import DelayBackend
from netkit.lab.igp.backend import IgpBackend, IgpSite
from netkit.lab.igp.static import StaticIgp
from netkit.lab.kernel.awake import Awake
from netkit.lab.kernel.marks import marked_environment
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.read_back import not_held
from netkit.lab.kernel.router_setup import (
    CABLE_SYSCTLS,
    COMMON_SYSCTLS,
    ROUTER_SYSCTLS,
    RPS_DEFAULT_MASK,
    IgpRoutes,
    exchange_batch,
    exchange_fdb_batch,
    host_batch,
    one_processor_a_flow,
    router_batch,
)
from netkit.lab.kernel.veth import (
    attach_hosts,
    finish_checksums,
    present,
    wait_until_running,
)
from netkit.model.progress import Steps, silent

_NUMBERS = itertools.count(1)
_AT_ONCE = 4
IP_BATCH = ("ip", "-6", "-batch", "-")
_BRIDGE_BATCH = ("bridge", "-batch", "-")
NFT = ("nft", "-f", "/dev/stdin")


class RouterConfig(Protocol):
    """What an emitter writes for one Linux router."""

    @property
    def ip_batch(self) -> str:
        """Text for ``ip -batch -``."""

    @property
    def nft(self) -> str:
        """Text for ``nft -f``."""


class Plant:
    """The kernel side of one lab: namespaces, interfaces, routes, and what delays the links.

    ``number`` counts the labs of this process; ``environment`` is for every process of this one.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        igp_routes: IgpRoutes,
        configs: Mapping[str, RouterConfig],
        backend: DelayBackend,
        on_progress: Steps = silent,
        igp: IgpBackend | None = None,
        label: str = "",
    ) -> None:
        self.blueprint = blueprint
        self.igp = StaticIgp() if igp is None else igp
        self.igp_routes = self.igp.preset(igp_routes)
        self.configs = configs
        self.backend = backend
        self.on_progress = on_progress
        self.number = next(_NUMBERS)
        self.environment = marked_environment(self.number, label or blueprint.topology.name)
        self.namespaces: dict[str, Namespace] = {}
        self._awake = Awake()

    def adopt(self, name: str, pid: int) -> None:
        """Take the network namespace of process ``pid`` as that of node ``name``."""
        self.namespaces[name] = Namespace(pid, name)
        blueprint = self.blueprint
        total = 1 + len(blueprint.routers) + len(blueprint.hosts) + len(blueprint.fabrics)
        self.on_progress("nodes", len(self.namespaces), total)

    def build(self) -> None:
        """Make everything, in the namespaces adopted so far.

        Raises:
            LabError: some step failed; what was made until then stays, and goes with the processes.
        """
        self._awake.begin()
        self._set_sysctls()
        self.on_progress("cables", 0, 1)
        self.backend.lay(self.blueprint, self.namespaces)
        attach_hosts(self.namespaces[WIRE_NAME], self.namespaces, self.blueprint)
        self.on_progress("cables", 1, 1)
        self._configure_all()
        self._wait_until_running()
        self.on_progress("delays", 0, 1)
        self.backend.start(self.blueprint, self.namespaces, self.environment)
        self.on_progress("delays", 1, 1)
        self.igp.start(IgpSite(self.blueprint, self.namespaces, self.environment, self.on_progress))

    def stop(self) -> None:
        """End the routing and the delaying, and let go of the namespaces."""
        self.igp.stop()
        self.backend.stop()
        self._awake.end()
        for namespace in self.namespaces.values():
            namespace.close()
        self.namespaces.clear()

    def _set_sysctls(self) -> None:
        blueprint = self.blueprint
        for name in blueprint.routers:
            self.namespaces[name].sysctl(ROUTER_SYSCTLS)
        for name in blueprint.hosts:
            self.namespaces[host_name(name)].sysctl(COMMON_SYSCTLS)
        for name in (WIRE_NAME, *(fabric.id for fabric in blueprint.fabrics)):
            self.namespaces[name].sysctl(CABLE_SYSCTLS)
        if os.cpu_count() != 1:
            self._keep_flows_in_order()

    def _keep_flows_in_order(self) -> None:
        """On one processor nothing overtakes, and to look each frame's flow up takes time."""
        in_order = one_processor_a_flow(os.sched_getaffinity(0))
        for namespace in self.namespaces.values():
            if namespace.has_sysctl(RPS_DEFAULT_MASK):
                namespace.sysctl(in_order)

    def _configure_all(self) -> None:
        blueprint = self.blueprint
        jobs = [
            *((self._configure_exchange, fabric.id) for fabric in blueprint.fabrics),
            *((self._configure_host, name) for name in blueprint.hosts),
            *((self._configure_router, name) for name in blueprint.routers),
        ]
        self.on_progress("routers", 0, len(jobs))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done, _ in enumerate(_first_failure_first(pool, jobs), start=1):
                self.on_progress("routers", done, len(jobs))

    def _wait_until_running(self) -> None:
        for name in self.blueprint.routers:
            ports = [port.name for port in self.blueprint.topology.interfaces[name]]
            access = [CUSTOMER_PORT] if name in self.blueprint.hosts else []
            wait_until_running(self.namespaces[name], ports + access)
        wait_until_running(self.namespaces[WIRE_NAME], self.backend.ports(self.blueprint))

    def _configure_router(self, name: str) -> None:
        namespace = self.namespaces[name]
        ports = [port.name for port in self.blueprint.topology.interfaces[name]]
        finish_checksums(namespace, ports)
        namespace.batch(IP_BATCH, self._router_batch(name))
        config = self.configs.get(name)
        if config is not None:
            namespace.batch(IP_BATCH, config.ip_batch)
            _check_held(namespace, config.ip_batch)
            finish_checksums(namespace, present(namespace, [SEGMENT_PORT]))
            namespace.batch(NFT, config.nft)

    def _router_batch(self, name: str) -> str:
        more = self.igp.router_lines(self.blueprint, name)
        return router_batch(self.blueprint, name, self.igp_routes, more)

    def _configure_host(self, name: str) -> None:
        namespace = self.namespaces[host_name(name)]
        finish_checksums(namespace, [HOST_PORT])
        namespace.batch(IP_BATCH, host_batch(self.blueprint, name))

    def _configure_exchange(self, fabric: str) -> None:
        namespace = self.namespaces[fabric]
        legs = [cable.b.port for cable in self.blueprint.cables if cable.fabric == fabric]
        finish_checksums(namespace, legs)
        namespace.batch(IP_BATCH, exchange_batch(self.blueprint, fabric))
        namespace.batch(_BRIDGE_BATCH, exchange_fdb_batch(self.blueprint, fabric))


def _check_held(namespace: Namespace, batch: str) -> None:
    try:
        with namespace.entered():
            lost = not_held(batch)
    except OSError as error:
        raise LabError(f"{namespace.label}: {error}") from error
    if lost:
        raise LabError(f"{namespace.label}: {'; '.join(lost)}")


def _first_failure_first(
    pool: ThreadPoolExecutor, jobs: Iterable[tuple[Callable[[str], None], str]]
) -> Iterable[None]:
    """Results as they come in file order; the first failure ends the wait for the rest."""
    futures = [pool.submit(job, name) for job, name in jobs]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()
