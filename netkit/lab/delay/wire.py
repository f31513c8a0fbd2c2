"""The user-space wire as a delay backend: one process holds every frame of every cable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO

from netkit.errors import LabError
from netkit.lab.blueprint import WIRE_NAME, Blueprint
from netkit.lab.delay.calibration import CalibrationResult, aim
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.delay.wire_control import WireControl
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.veth import lay_cables
from netkit.lab.truth.cuts import CableCut
from netkit.lab.truth.file import TruthFile
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import CableTable, ProbeTruth

CALIBRATION_ROUTERS = 8


class WireBackend:
    """Delays in :mod:`netkit.lab.delay.wire_process`; the truth is what it writes down."""

    def __init__(self, truth: IO[bytes]) -> None:
        self.calibration: CalibrationResult | None = None
        self._truth = TruthFile(truth)
        self._wire: WireControl | None = None

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
        """Launch the wire's process and calibrate it through some of the routers."""
        self._truth.begin(CableTable.of(blueprint))
        self._wire = WireControl.start(
            namespaces[WIRE_NAME], blueprint.cables, self._truth.file, environment
        )
        self.calibration = self._wire.calibrate(
            aim(blueprint, CALIBRATION_ROUTERS), blueprint.cables
        )

    def stop(self) -> None:
        """End the wire's process."""
        if self._wire is not None:
            self._wire.stop()
            self._wire = None

    def cut(self, cuts: Sequence[CableCut]) -> None:
        """Lose what enters these ends, and what the cables hold."""
        self._running.cut(cuts)

    def restore(self) -> None:
        """Mend every cut."""
        self._running.restore()

    def shape(self, end: int, shape: LineShape) -> None:
        """Change what one direction of a cable does to frames that enter from now on.

        Raises:
            LabError: losses that cannot be.
        """
        shape.losses()
        self._running.shape(end, shape)

    def mark(self) -> int:
        """Bytes of records so far."""
        return self._running.flush()

    def truth(self, since: int) -> dict[ProbeKey, ProbeTruth]:
        """Records from byte ``since`` on, by probe."""
        return self._truth.read(since, self._running.flush())

    def stats(self) -> dict[str, int]:
        """Counts of the wire: released; late by over 0.1 ms; refused or dropped by the kernel.

        ``max_late_ns`` is the worst of the late ones, ``advance_ns`` the advance now in use.
        """
        return self._running.stats()

    @property
    def _running(self) -> WireControl:
        if self._wire is None:
            raise LabError("the wire is not running")
        return self._wire
