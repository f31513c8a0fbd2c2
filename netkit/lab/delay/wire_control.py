"""Starting the wire's process and talking to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import IO, Any, Self

from netkit.errors import LabError
from netkit.lab.blueprint import Cable
from netkit.lab.delay.calibration import CalibrationResult, Shot
from netkit.lab.delay.child_control import ChildControl
from netkit.lab.delay.file_shapes import file_shapes
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.kernel.netns import Namespace
from netkit.model.units import us_to_ns

CALIBRATION_SAMPLES = 200


class WireControl(ChildControl):
    """The parent's side of a running :mod:`netkit.lab.delay.wire_process`."""

    module = "netkit.lab.delay.wire_process"

    @classmethod
    def start(
        cls,
        namespace: Namespace,
        cables: Sequence[Cable],
        truth: IO[bytes],
        environment: Mapping[str, str],
    ) -> Self:
        """Launch the wire inside ``namespace``, where the ends of ``cables`` already are."""
        far, delays_ns = line_of(cables)
        shapes = [
            (end, asdict(shape))
            for end, shape in enumerate(file_shapes(cables))
            if shape != LineShape(shape.delay_ns)
        ]
        start = {"far": far, "delays_ns": delays_ns, "shapes": shapes}
        return cls.launch(namespace, truth, environment, start)

    def set_advance(self, advance_ns: int) -> list[int]:
        """Release this much before the due time; returns the ends whose delay is shorter."""
        too_short: list[int] = self._ask(do="advance", advance_ns=advance_ns)["too_short"]
        return too_short

    def calibrate(self, shots: list[Shot], cables: Sequence[Cable]) -> CalibrationResult:
        """Find the advance with ``shots``, set it, and measure the error that is left."""
        if not shots:
            return CalibrationResult(0, 0, None, None)
        self.set_advance(0)
        cost_ns: int | None = self._shoot(shots)["p50_ns"]
        if cost_ns is None:
            raise LabError("calibration: no frame came back through the routers")
        ends = self.set_advance(cost_ns)
        too_short = tuple(dict.fromkeys(cables[end // 2].id for end in ends))
        left = self._shoot(shots)
        return CalibrationResult(
            cost_ns, left["samples"], left["p50_ns"], left["p99_ns"], too_short
        )

    def cut(self, cuts: Iterable[tuple[int, str | None]]) -> None:
        """Lose all that enters at these ends (or what goes to one MAC address, as hex digits)."""
        self._ask(do="cut", cuts=[list(cut) for cut in cuts])

    def shape(self, end: int, shape: LineShape) -> None:
        """Change what becomes of frames that enter at this end from now on."""
        self._ask(do="shape", end=end, shape=asdict(shape))

    def restore(self) -> None:
        """Mend every cut."""
        self._ask(do="restore")

    def _shoot(self, shots: list[Shot]) -> dict[str, Any]:
        rounds = -(-CALIBRATION_SAMPLES // len(shots))
        return self._ask(
            do="calibrate", rounds=rounds, shots=[[shot.end, shot.frame.hex()] for shot in shots]
        )


def line_of(cables: Iterable[Cable]) -> tuple[list[int], list[int]]:
    """Far ends and delays in ns by end number: cable *i* has ends ``2i`` (a) and ``2i + 1`` (b)."""
    far, delays_ns = [], []
    for index, cable in enumerate(cables):
        far += [2 * index + 1, 2 * index]
        delays_ns += [us_to_ns(cable.delay_ab_us), us_to_ns(cable.delay_ba_us)]
    return far, delays_ns
