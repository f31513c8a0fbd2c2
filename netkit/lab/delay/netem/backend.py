"""The kernel's netem as a delay backend: a queueing discipline where frames leave a cable.

:mod:`~netkit.lab.delay.netem.batch` says how. Only chosen where
:func:`~netkit.lab.delay.trials.try_netem` has seen a real delay. Netem does not tell what it held,
so the truth is a capture of both ends of every cable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO

from netkit.errors import LabError
from netkit.lab.blueprint import WIRE_NAME, Blueprint, Cable
from netkit.lab.delay.calibration import CalibrationResult
from netkit.lab.delay.child_control import ChildControl
from netkit.lab.delay.file_shapes import file_shapes
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.delay.netem.batch import (
    carry_batch,
    cut_batch,
    is_slow,
    mend_batch,
    shape_batch,
)
from netkit.lab.delay.netem.calibration import TC_BATCH, aimed, calibrate
from netkit.lab.delay.own_cable import lay_lines
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.router_setup import cable_mtu
from netkit.lab.truth.cuts import CableCut
from netkit.lab.truth.file import TruthFile
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import CableTable, ProbeTruth, Records


class CaptureControl(ChildControl):
    """The parent's side of a running :mod:`netkit.lab.delay.netem.capture_process`."""

    module = "netkit.lab.delay.netem.capture_process"

    def ask_of(self, end: int, asked_ns: int | None) -> None:
        """Record this as what was asked of probes that enter at an end from now on."""
        self._ask(do="ask_of", end=end, asked_ns=asked_ns)


class NetemBackend:
    """Delays by ``tc qdisc … netem`` where frames leave each cable."""

    def __init__(self, truth: IO[bytes]) -> None:
        self.calibration: CalibrationResult | None = None
        self._truth = TruthFile(truth)
        self._capture: CaptureControl | None = None
        self._cables: tuple[Cable, ...] = ()
        self._shapes: list[LineShape] = []
        self._wire: Namespace | None = None
        self._cut: set[CableCut] = set()
        self._cuts_made = 0

    def lay(self, blueprint: Blueprint, namespaces: Mapping[str, Namespace]) -> None:
        """Every cable end is a veth pair from the node to the wire's namespace; one cable more has
        both ends there, for calibration."""
        lay_lines(blueprint.cables, namespaces)

    def ports(self, blueprint: Blueprint) -> Sequence[str]:
        """Two for each cable."""
        return [f"w{end}" for end in range(2 * len(blueprint.cables) + 2)]

    def start(
        self,
        blueprint: Blueprint,
        namespaces: Mapping[str, Namespace],
        environment: Mapping[str, str],
    ) -> None:
        """Calibrate, join and delay the ends of every cable, and capture at all of them."""
        self._cables, self._wire = blueprint.cables, namespaces[WIRE_NAME]
        self._shapes = file_shapes(self._cables)
        self.calibration = calibrate(self._wire, self._cables)
        mtus = [cable_mtu(cable) for cable in self._cables]
        self._wire.batch(TC_BATCH, carry_batch(self._aimed(), mtus))
        self._truth.begin(CableTable.of(blueprint, Records.CROSSINGS))
        self._capture = CaptureControl.launch(
            self._wire, self._truth.file, environment,
            {"asked_ns": [asked_ns(shape) for shape in self._shapes]},
        )  # fmt: skip

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
        self._change("".join(cut_batch(self._cables, self._aimed(), new, self._cuts_made)))
        self._cut.update(new)

    def restore(self) -> None:
        """Mend every cut."""
        was, self._cut = self._cut, set()
        self._change("".join(mend_batch(self._cables, was)))

    def shape(self, end: int, shape: LineShape) -> None:
        """Change what one direction of a cable does to frames that enter from now on.

        Raises:
            LabError: losses that cannot be.
        """
        mtu = cable_mtu(self._cables[end // 2])
        text = shape_batch(end, self._shapes[end], self._aim(shape), mtu)
        # Of what enters while tc is at work nobody knows which of the two holds it.
        self._running.ask_of(end, None)
        self._change(text)
        self._running.ask_of(end, asked_ns(shape))
        self._shapes[end] = shape

    def mark(self) -> int:
        """Bytes of records so far."""
        return self._running.flush()

    def truth(self, since: int) -> dict[ProbeKey, ProbeTruth]:
        """Records from byte ``since`` on, by probe."""
        return self._truth.read(since, self._running.flush())

    def stats(self) -> dict[str, int]:
        """seen: probe sightings; dropped: frames that the capture missed."""
        return self._running.stats()

    def _aim(self, shape: LineShape) -> LineShape:
        return shape if self.calibration is None else aimed(shape, self.calibration.advance_ns)

    def _aimed(self) -> list[LineShape]:
        """What netem is asked for, by end."""
        return [self._aim(shape) for shape in self._shapes]

    def _change(self, text: str) -> None:
        if self._wire is not None and text:
            self._wire.batch(TC_BATCH, text)

    @property
    def _running(self) -> CaptureControl:
        if self._capture is None:
            raise LabError("the captures are not running")
        return self._capture


def asked_ns(shape: LineShape) -> int | None:
    """How long a line is to hold each frame; None where netem alone knows."""
    return None if shape.jitter_ns or is_slow(shape) else shape.delay_ns
