"""HTB as a delay line: nothing runs outside of the kernel, but for reading the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO

from netkit.errors import LabError
from netkit.lab.blueprint import WIRE_NAME, Blueprint, Cable
from netkit.lab.delay.calibration import CalibrationResult, quantile_ns
from netkit.lab.delay.file_shapes import file_shapes
from netkit.lab.delay.in_kernel.calibration import late_ns
from netkit.lab.delay.in_kernel.drain import Drain
from netkit.lab.delay.in_kernel.line import require_held
from netkit.lab.delay.in_kernel.lines import Lines, htb_batch
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.delay.own_cable import CALIBRATION, lay_lines
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.router_setup import cable_mtu
from netkit.lab.truth.cuts import CableCut
from netkit.lab.truth.file import TruthFile
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import CableTable, ProbeTruth, Records
from netkit.model.units import us_to_ns

TC_BATCH = ("tc", "-batch", "-")


class HtbBackend:
    """One HTB class a direction, told by a BPF program when each frame is to leave."""

    def __init__(self, truth: IO[bytes]) -> None:
        self.calibration: CalibrationResult | None = None
        self._truth = TruthFile(truth)
        self._lines: Lines | None = None
        self._drain: Drain | None = None

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
        environment: Mapping[str, str],  # noqa: ARG002
    ) -> None:
        """Load the programs, set the delays, calibrate."""
        cables = blueprint.cables
        shapes = held_shapes(cables)
        self._truth.begin(CableTable.of(blueprint, Records.CROSSINGS))
        self._lines = lines = start_lines((*cables, CALIBRATION), namespaces)
        for end, shape in enumerate(shapes):
            lines.shape(end, shape)
        self.calibration = calibrate(lines, namespaces[WIRE_NAME], cables)
        self._drain = Drain(lines, self._truth.file, 2 * len(cables))

    def stop(self) -> None:
        """End the reading; the delays go with the namespaces."""
        if self._drain is not None:
            self._drain.stop()
            self._drain = None
        if self._lines is not None:
            self._lines.close()
            self._lines = None

    def cut(self, cuts: Sequence[CableCut]) -> None:
        """Lose what enters these ends, and what the cables hold."""
        self._running[0].cut(cuts)

    def restore(self) -> None:
        """Mend every cut."""
        self._running[0].restore()

    def shape(self, end: int, shape: LineShape) -> None:
        """Change what one direction of a cable does to frames that enter from now on.

        Raises:
            LabError: the kernel could not hold frames for as long, or there are no such losses.
        """
        require_held(shape, f"cable end {end}")
        self._running[0].shape(end, shape)

    def mark(self) -> int:
        """Bytes of records so far."""
        return self._running[1].flush()

    def truth(self, since: int) -> dict[ProbeKey, ProbeTruth]:
        """Records from byte ``since`` on, by probe."""
        return self._truth.read(since, self._running[1].flush())

    def stats(self) -> dict[str, int]:
        """entered, lost (cuts, losses asked for, full queues), refused (no memory) frames;
        unrecorded probes."""
        counts = self._running[0].counts()
        names = ("entered", "lost", "refused", "unrecorded")
        return {name: sum(getattr(count, name) for count in counts) for name in names}

    @property
    def _running(self) -> tuple[Lines, Drain]:
        if self._lines is None or self._drain is None:
            raise LabError("the delays in the kernel are not running")
        return self._lines, self._drain


def held_shapes(cables: Sequence[Cable]) -> list[LineShape]:
    """What the file asks of each line.

    Raises:
        LabError: delays that the kernel could not hold frames for, the first of them.
    """
    shapes = file_shapes(cables)
    for end, shape in enumerate(shapes):
        require_held(shape, cables[end // 2].id)
    return shapes


def start_lines(cables: Sequence[Cable], namespaces: Mapping[str, Namespace]) -> Lines:
    """Delay what goes over cables that have been laid; the last one is :data:`CALIBRATION`.

    Raises:
        LabError: the kernel refuses, and what.
    """
    wire = namespaces[WIRE_NAME]
    mtus = [cable_mtu(cable) for cable in cables]
    wire.batch(TC_BATCH, htb_batch(mtus))
    lines = Lines(mtus)
    by_node: dict[str, list[int]] = {}
    for index, cable in enumerate(cables):
        by_node.setdefault(cable.a.node, []).append(2 * index)
        by_node.setdefault(cable.b.node, []).append(2 * index + 1)
    try:
        with wire.entered():
            for end in range(2 * len(cables)):
                lines.attach_wire_end(end)
        for node, ends in by_node.items():
            with namespaces[node].entered():
                for end in ends:
                    lines.attach_port(end)
    except OSError as error:
        lines.close()
        raise LabError(f"delays in the kernel: {error.strerror or error}") from error
    return lines


def calibrate(lines: Lines, wire: Namespace, cables: Sequence[Cable]) -> CalibrationResult:
    """Find by how much frames leave late, aim that much earlier, and measure what is left."""
    end = 2 * len(cables)
    for direction in (end, end + 1):
        lines.shape(direction, LineShape(us_to_ns(CALIBRATION.delay_ab_us)))
    cost_ns = max(0, quantile_ns(late_ns(lines, wire, end), 0.5) or 0)
    lines.set_advance(cost_ns)
    left_ns = late_ns(lines, wire, end)
    too_short = (c.id for c in cables if min(c.delay_ab_us, c.delay_ba_us) * 1000 < cost_ns)
    return CalibrationResult(
        cost_ns, len(left_ns), quantile_ns(left_ns, 0.5), quantile_ns(left_ns, 0.99),
        tuple(too_short),
    )  # fmt: skip
