"""The kernel's netem as a delay backend: routers joined directly, a queueing discipline per port.

Only chosen where :func:`~netkit.lab.delay.trials.try_netem` has seen a real delay. Netem does not
tell what it held, so the truth comes from packet captures in the routers: a link holds a probe from
its arrival at one router to its arrival at the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import IO

from netkit.errors import LabError
from netkit.lab.blueprint import CUSTOMER_PORT, WIRE_NAME, Blueprint, Cable
from netkit.lab.delay.calibration import CalibrationResult
from netkit.lab.delay.child_control import ChildControl
from netkit.lab.delay.in_kernel.line import LineShape
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.veth import join_directly
from netkit.lab.truth.cuts import CableCut
from netkit.lab.truth.file import TruthFile
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import CableTable, ProbeTruth, Records

TC_BATCH = ("tc", "-batch", "-")
QUEUE_FRAMES = 100_000
"""Netem's own limit of 1000 frames would drop what a long fast link holds."""


class CaptureControl(ChildControl):
    """The parent's side of a running :mod:`netkit.lab.delay.capture_process`."""

    module = "netkit.lab.delay.capture_process"


class NetemBackend:
    """Delays by ``tc qdisc … netem`` on both inner ends of every cable."""

    def __init__(self, truth: IO[bytes]) -> None:
        self.calibration: CalibrationResult | None = None
        self._truth = TruthFile(truth)
        self._capture: CaptureControl | None = None
        self._cables: tuple[Cable, ...] = ()
        self._namespaces: Mapping[str, Namespace] = {}

    def lay(self, blueprint: Blueprint, namespaces: Mapping[str, Namespace]) -> None:
        """Every cable is one veth pair from node to node."""
        join_directly(namespaces[WIRE_NAME], namespaces, blueprint.cables)

    def ports(self, blueprint: Blueprint) -> Sequence[str]:  # noqa: ARG002
        """None: the cables pass the wire's namespace by."""
        return ()

    def start(
        self,
        blueprint: Blueprint,
        namespaces: Mapping[str, Namespace],
        environment: Mapping[str, str],
    ) -> None:
        """Set the delays, then capture in every router."""
        self._cables, self._namespaces = blueprint.cables, namespaces
        for node, text in delay_batches("add", self._cables).items():
            namespaces[node].batch(TC_BATCH, text)
        self._truth.begin(CableTable.of(blueprint, Records.SIGHTINGS))
        self._capture = CaptureControl.launch(
            namespaces[WIRE_NAME],
            self._truth.file,
            environment,
            {"routers": capture_points(blueprint, namespaces)},
            inherit=[namespaces[node].fd for node in blueprint.routers],
        )

    def stop(self) -> None:
        """End the captures; the delays go with the namespaces."""
        if self._capture is not None:
            self._capture.stop()
            self._capture = None

    def cut(self, cuts: Sequence[CableCut]) -> None:
        """Lose everything that enters these ends.

        Raises:
            LabError: a link inside a fabric is to be cut alone; netem sees ports, not members.
        """
        if any(mac is not None for _, mac in cuts):
            raise LabError("netem cannot cut one link of a fabric: cut a leg (fabric:member)")
        self._change({end for end, _ in cuts})

    def restore(self) -> None:
        """Mend every cut."""
        self._change(set())

    def shape(self, end: int, shape: LineShape) -> None:  # noqa: ARG002
        """Raises LabError: delays stay as the file states them."""
        raise LabError("netem keeps the delays of the file: boot with the backend htb")

    def mark(self) -> int:
        """Bytes of records so far."""
        return self._running.flush()

    def truth(self, since: int) -> dict[ProbeKey, ProbeTruth]:
        """Records from byte ``since`` on, by probe."""
        return self._truth.read(since, self._running.flush())

    def stats(self) -> dict[str, int]:
        """seen: probe sightings; dropped: frames that the captures missed."""
        return self._running.stats()

    def _change(self, lost: set[int]) -> None:
        for node, text in delay_batches("change", self._cables, lost).items():
            self._namespaces[node].batch(TC_BATCH, text)

    @property
    def _running(self) -> CaptureControl:
        if self._capture is None:
            raise LabError("the captures are not running")
        return self._capture


def delay_batches(verb: str, cables: Iterable[Cable], lost: Iterable[int] = ()) -> dict[str, str]:
    """``tc -batch`` text by node; frames that enter the cable ends in ``lost`` are dropped."""
    cut = set(lost)
    lines: dict[str, list[str]] = {}
    for index, cable in enumerate(cables):
        for end, near, delay_us in (
            (2 * index, cable.a, cable.delay_ab_us),
            (2 * index + 1, cable.b, cable.delay_ba_us),
        ):
            lines.setdefault(near.node, []).append(
                f"qdisc {verb} dev {near.port} root netem limit {QUEUE_FRAMES} "
                f"delay {delay_us}us loss {100 if end in cut else 0}%"
            )
    return {node: "\n".join(found) + "\n" for node, found in lines.items()}


def capture_points(
    blueprint: Blueprint, namespaces: Mapping[str, Namespace]
) -> list[tuple[int, dict[str, int]]]:
    """Per router: its namespace's descriptor, and the number of each port that probes come in by.

    A port is known by its cable end; the customer port of host *i* comes after all cable ends.
    """
    ports: dict[str, dict[str, int]] = {node: {} for node in blueprint.routers}
    for index, cable in enumerate(blueprint.cables):
        ports[cable.a.node][cable.a.port] = 2 * index
        if cable.fabric is None:
            ports[cable.b.node][cable.b.port] = 2 * index + 1
    for number, node in enumerate(blueprint.hosts):
        ports[node][CUSTOMER_PORT] = 2 * len(blueprint.cables) + number
    return [(namespaces[node].fd, ports[node]) for node in blueprint.routers]
