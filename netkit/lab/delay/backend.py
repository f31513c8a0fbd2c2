"""What every way of delaying links must be able to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from netkit.lab.blueprint import Blueprint
from netkit.lab.delay.calibration import CalibrationResult
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.kernel.netns import Namespace
from netkit.lab.truth.cuts import CableCut
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import ProbeTruth


class DelayBackend(Protocol):
    """Lays the cables of a blueprint, delays what they carry, and tells what it did."""

    calibration: CalibrationResult | None
    """How well delays are met, once started; None if the backend cannot tell."""

    def lay(self, blueprint: Blueprint, namespaces: Mapping[str, Namespace]) -> None:
        """Make the interfaces of all cables; routers are configured after that."""

    def ports(self, blueprint: Blueprint) -> Sequence[str]:
        """The interfaces that it has made in the wire's namespace."""

    def start(
        self,
        blueprint: Blueprint,
        namespaces: Mapping[str, Namespace],
        environment: Mapping[str, str],
    ) -> None:
        """Begin to delay and to record, once routers forward; children get ``environment``."""

    def stop(self) -> None:
        """End what :meth:`start` began; may be called at any time, and twice."""

    def cut(self, cuts: Sequence[CableCut]) -> None:
        """Lose what enters these cable ends."""

    def restore(self) -> None:
        """Mend every cut."""

    def shape(self, end: int, shape: LineShape) -> None:
        """Change what one direction of a cable does to frames that enter from now on.

        Raises:
            LabError: this backend cannot, or not so.
        """

    def mark(self) -> int:
        """A point in the record, for :meth:`truth`."""

    def truth(self, since: int) -> dict[ProbeKey, ProbeTruth]:
        """What became of the probes recorded since a mark; 0 for all."""

    def stats(self) -> dict[str, int]:
        """Counts of what went less than well."""
