"""The kernel's netem as a delay backend: a queueing discipline where frames leave a cable.

What comes in at one end of a cable in the wire's namespace is sent out at its other end, as it is,
by a filter; there netem holds it. Only chosen where
:func:`~netkit.lab.delay.trials.try_netem` has seen a real delay. Netem does not tell what it held,
so the truth is a capture of both ends of every cable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from netkit.errors import LabError
from netkit.lab.blueprint import WIRE_NAME, Blueprint, Cable
from netkit.lab.delay.calibration import CalibrationResult
from netkit.lab.delay.child_control import ChildControl
from netkit.lab.delay.in_kernel.line import LineShape
from netkit.lab.delay.wire_control import line_of
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.veth import lay_cables
from netkit.lab.truth.cuts import CableCut
from netkit.lab.truth.file import TruthFile
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import CableTable, ProbeTruth, Records

TC_BATCH = ("tc", "-batch", "-")
QUEUE_FRAMES = 100_000
"""Netem's own limit of 1000 frames would drop what a long fast link holds."""

_CUT_ALL, _CUT_SOME, _CARRY = 1, 2, 3
"""Preferences of the filters where frames enter: what they lose comes first."""


class CaptureControl(ChildControl):
    """The parent's side of a running :mod:`netkit.lab.delay.capture_process`."""

    module = "netkit.lab.delay.capture_process"


class NetemBackend:
    """Delays by ``tc qdisc … netem`` where frames leave each cable."""

    def __init__(self, truth: IO[bytes]) -> None:
        self.calibration: CalibrationResult | None = None
        self._truth = TruthFile(truth)
        self._capture: CaptureControl | None = None
        self._cables: tuple[Cable, ...] = ()
        self._wire: Namespace | None = None
        self._cut: set[CableCut] = set()
        self._cuts_made = 0

    def lay(self, blueprint: Blueprint, namespaces: Mapping[str, Namespace]) -> None:
        """Every cable end is a veth pair from the node to the wire's namespace."""
        lay_cables(namespaces[WIRE_NAME], namespaces, blueprint.cables)

    def ports(self, blueprint: Blueprint) -> Sequence[str]:
        """Two for each cable."""
        return [f"w{end}" for end in range(2 * len(blueprint.cables))]

    def start(
        self,
        blueprint: Blueprint,
        namespaces: Mapping[str, Namespace],
        environment: Mapping[str, str],
    ) -> None:
        """Join and delay the ends of every cable, and capture at all of them."""
        self._cables, self._wire = blueprint.cables, namespaces[WIRE_NAME]
        self._wire.batch(TC_BATCH, carry_batch(self._cables))
        self._truth.begin(CableTable.of(blueprint, Records.CROSSINGS))
        self._capture = CaptureControl.launch(
            self._wire, self._truth.file, environment, {"delays_ns": line_of(self._cables)[1]}
        )

    def stop(self) -> None:
        """End the capture; the delays go with the namespace."""
        if self._capture is not None:
            self._capture.stop()
            self._capture = None

    def cut(self, cuts: Sequence[CableCut]) -> None:
        """Lose what enters these ends, and what the cables hold; of a link inside a fabric, what
        the second leg holds by then still arrives."""
        new = sorted(set(cuts) - self._cut, key=str)
        self._cuts_made += 1
        self._change("".join(cut_batch(self._cables, new, self._cuts_made)))
        self._cut.update(new)

    def restore(self) -> None:
        """Mend every cut."""
        was, self._cut = self._cut, set()
        self._change("".join(mend_batch(self._cables, was)))

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
        """seen: probe sightings; dropped: frames that the capture missed."""
        return self._running.stats()

    def _change(self, text: str) -> None:
        if self._wire is not None and text:
            self._wire.batch(TC_BATCH, text)

    @property
    def _running(self) -> CaptureControl:
        if self._capture is None:
            raise LabError("the captures are not running")
        return self._capture


def carry_batch(cables: Sequence[Cable]) -> str:
    """``tc -batch`` text for the wire's namespace: what enters at an end leaves by the other, when
    netem there lets it."""
    lines = []
    for end in range(2 * len(cables)):
        lines += [
            f"qdisc add dev w{end ^ 1} root handle 1: {_netem(cables, end)}",
            f"qdisc add dev w{end} clsact",
            f"filter add dev w{end} ingress pref {_CARRY} protocol all matchall "
            f"action mirred egress redirect dev w{end ^ 1}",
        ]
    return "\n".join(lines) + "\n"


def cut_batch(cables: Sequence[Cable], cuts: Sequence[CableCut], number: int) -> Iterator[str]:
    """The lines that cut; ``number`` counts the cuts of a lab. A netem with a new handle takes the
    place of the one that holds frames, which are lost with it."""
    for end, mac in cuts:
        if mac is None:
            yield (
                f"filter add dev w{end} ingress pref {_CUT_ALL} protocol all matchall action drop\n"
            )
            handle = 2 + number % 0x7FFE
            yield f"qdisc replace dev w{end ^ 1} root handle {handle:x}: {_netem(cables, end)}\n"
            continue
        for at, match in _in_fabric(cables, end, mac):
            yield (
                f"filter add dev w{at} ingress pref {_CUT_SOME} protocol all flower {match} "
                "action drop\n"
            )


def mend_batch(cables: Sequence[Cable], cuts: set[CableCut]) -> Iterator[str]:
    """The lines that mend all of these cuts."""
    filters = {(end, _CUT_ALL) for end, mac in cuts if mac is None}
    for end, mac in cuts:
        if mac is not None:
            filters |= {(at, _CUT_SOME) for at, _ in _in_fabric(cables, end, mac)}
    for end, preference in sorted(filters):
        yield f"filter del dev w{end} ingress pref {preference}\n"


def _in_fabric(cables: Sequence[Cable], end: int, mac: str) -> Iterator[tuple[int, str]]:
    """Where to lose what enters a leg at ``end`` for the member with this address: at that end, and
    at the fabric's end of the other's leg."""
    yield end, f"dst_mac {_colons(mac)}"
    near = cables[end // 2].a.mac
    for index, cable in enumerate(cables):
        if cable.a.mac == _colons(mac):
            yield 2 * index + 1, f"src_mac {near}"


def _netem(cables: Sequence[Cable], end: int) -> str:
    """The discipline of the line that frames enter at ``end``."""
    cable = cables[end // 2]
    delay_us = cable.delay_ba_us if end % 2 else cable.delay_ab_us
    return f"netem limit {QUEUE_FRAMES} delay {delay_us}us"


def _colons(mac: str) -> str:
    return ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))
