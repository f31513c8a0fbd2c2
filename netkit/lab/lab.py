"""The emulated backbone as one object: boot it, use it in a ``with`` block, and it is gone.

A lab goes through these states::

    checked -> armed     this machine can run it; signals that end a process now raise
               -> up     Mininet has started the nodes, and the plant has built all between them
    armed or up -> down  close(), or whatever was raised before it was up

Going down, signals are ignored until it is done: Mininet stops, then IGP and delay backend, what
else bears this lab's mark is ended, the truth file is closed, the signals' handlers are put back.
Every interface lives in a namespace of a process of the lab, so when they are gone nothing is left.
If this process is killed before, its marks remain for ``netkit lab clean`` to find.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from netkit.errors import LabError
from netkit.interrupts import Interrupts
from netkit.lab.blueprint import Blueprint, draw, host_name
from netkit.lab.check.requirements import require_lab
from netkit.lab.delay.backend import DelayBackend
from netkit.lab.delay.calibration import CalibrationResult
from netkit.lab.delay.choice import BackendName, choose_backend
from netkit.lab.delay.file_shapes import file_shapes
from netkit.lab.delay.in_kernel.backend import HtbBackend
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.delay.netem.backend import NetemBackend
from netkit.lab.delay.wire import WireBackend
from netkit.lab.igp.backend import IgpBackend
from netkit.lab.kernel.cleaning import end_processes
from netkit.lab.kernel.marks import marked_processes, own_mark
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.router_setup import IgpRoutes
from netkit.lab.mininet_nodes import BackboneNet, BackboneTopo
from netkit.lab.not_emulated import not_emulated
from netkit.lab.plant import Plant, RouterConfig
from netkit.lab.truth.cuts import cuts_for, link_id
from netkit.lab.truth.file import open_truth
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import ProbeTruth
from netkit.model.network.topology import Topology
from netkit.model.progress import Steps, silent

BACKENDS: Mapping[BackendName, Callable[[IO[bytes]], DelayBackend]] = {
    BackendName.HTB: HtbBackend,
    BackendName.WIRE: WireBackend,
    BackendName.NETEM: NetemBackend,
}


class Lab:
    """A booted backbone. Make one with :meth:`boot`; leaving its ``with`` block ends it.

    ``boot_s`` is how long booting took, ``backend`` what delays the links, ``net`` the Mininet.
    """

    def __init__(self, plant: Plant, backend: BackendName, truth: IO[bytes]) -> None:
        self.backend = backend
        self.boot_s = 0.0
        self.net: BackboneNet | None = None
        self._plant = plant
        self._truth = truth
        self._down: set[str] = set()
        self._longest_ns = max((s.most_ns for s in file_shapes(plant.blueprint.cables)), default=0)
        self._interrupts = Interrupts()

    @classmethod
    def boot(
        cls,
        topology: Topology,
        igp_routes: IgpRoutes,
        configs: Mapping[str, RouterConfig] | None = None,
        *,
        hosts: Collection[str] = (),
        backend: str = "auto",
        truth_path: Path | None = None,
        on_progress: Steps = silent,
        igp: IgpBackend | None = None,
        label: str = "",
    ) -> Self:
        """Boot all active routers of ``topology``, with a customer host behind those in ``hosts``.

        ``configs`` are applied in each router as emitted. The truth goes to ``truth_path``, or to
        a file without a name. ``igp`` fills the routing tables: unless given, ``igp_routes`` are
        set once and stay. ``label`` is what the lab is found by, the topology's name unless given.
        If this raises, whatever was made is gone again.

        Raises:
            InputError: the hosts do not fit the topology, or no such backend.
            PrivilegeError: the user may not make namespaces.
            LabError: a part of the lab could not be made.
        """
        started = time.monotonic()
        require_lab()
        blueprint = draw(topology, hosts)
        name = choose_backend(backend)
        truth = open_truth(truth_path)
        delays = BACKENDS[name](truth)
        plant = Plant(blueprint, igp_routes, configs or {}, delays, on_progress, igp, label)
        lab = cls(plant, name, truth)
        lab._interrupts.arm()
        try:
            lab._start()
        except BaseException:
            lab.close()
            raise
        lab.boot_s = time.monotonic() - started
        return lab

    @property
    def blueprint(self) -> Blueprint:
        """What the lab consists of."""
        return self._plant.blueprint

    @property
    def topology(self) -> Topology:
        """The backbone that it emulates."""
        return self._plant.blueprint.topology

    @property
    def calibration(self) -> CalibrationResult | None:
        """How well the links keep their delays; None if the backend cannot tell."""
        return self._plant.backend.calibration

    @property
    def not_emulated(self) -> list[str]:
        """What the file states of links and this lab does not do, a sentence each."""
        found = not_emulated(self.blueprint)
        if self.calibration is not None and self.calibration.samples == 0:
            found.append("calibration: no router has a cable to another; nothing is subtracted")
        return found

    @property
    def down(self) -> frozenset[str]:
        """The ids that are cut now."""
        return frozenset(self._down)

    @property
    def igp(self) -> IgpBackend:
        """What fills its routing tables."""
        return self._plant.igp

    def namespace(self, router: str) -> Namespace:
        """The network namespace of a router."""
        return self._namespace(router)

    def host_namespace(self, router: str) -> Namespace:
        """The network namespace of the customer host behind a router."""
        return self._namespace(host_name(router))

    def cut(self, link_ids: Collection[str]) -> None:
        """Cut links, in both directions, by either's name; fabrics and legs too (see
        :func:`cuts_for`)."""
        self._plant.backend.cut(cuts_for(self.blueprint, link_ids))
        self._down |= {link_id(self.topology, name) for name in link_ids}
        self._plant.igp.links_down(frozenset(self._down))

    def restore(self) -> None:
        """Mend everything that was cut."""
        self._plant.backend.restore()
        self._down.clear()
        self._plant.igp.links_down(frozenset())

    def shape(self, name: str, headend: str, shape: LineShape) -> None:
        """Change what one direction of a link, or of a leg ``fabric:member``, does while it runs;
        ``headend`` is the node that frames enter it from.

        Raises:
            LabError: no such cable or end, or the backend cannot do it.
        """
        key = link_id(self.topology, name), headend
        for index, cable in enumerate(self.blueprint.cables):
            for end, near in ((2 * index, cable.a), (2 * index + 1, cable.b)):
                if (cable.id, near.node) == key:
                    self._longest_ns = max(self._longest_ns, shape.most_ns)
                    self._plant.backend.shape(end, shape)
                    return
        raise LabError(f"the lab has no cable {name} that begins at {headend}")

    @property
    def longest_ns(self) -> int:
        """The longest that any line of it may have held a frame since it is up."""
        return self._longest_ns

    def mark(self) -> int:
        """This moment, for :meth:`truth`."""
        return self._plant.backend.mark()

    def truth(self, since: int = 0) -> dict[ProbeKey, ProbeTruth]:
        """What really happened to every probe since a mark (or ever)."""
        return self._plant.backend.truth(since)

    def stats(self) -> dict[str, int]:
        """What the delay backend counted."""
        return self._plant.backend.stats()

    def close(self) -> None:
        """End every process of the lab; namespaces and interfaces go with them."""
        with self._interrupts.deaf():
            try:
                if self.net is not None:
                    self.net.stop()
            finally:
                self.net = None
                self._plant.stop()
                self._end_rest()
                self._truth.close()
        self._interrupts.disarm()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> None:
        self.net = BackboneNet(topo=BackboneTopo(self._plant), controller=None, build=False)
        self.net.build()
        self.net.start()

    def _namespace(self, name: str) -> Namespace:
        try:
            return self._plant.namespaces[name]
        except KeyError:
            raise LabError(f"the lab has no node {name}") from None

    def _end_rest(self) -> None:
        """What Mininet's own stop does not reach, such as jobs started by hand in a node."""
        mark, number = own_mark(), self._plant.number
        end_processes(p for p in marked_processes() if p.mark == mark and p.lab == number)
