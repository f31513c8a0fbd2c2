"""What ``netkit doctor`` found of this machine, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from netkit.errors import ExitCode
from netkit.report.documents.document import Document

if TYPE_CHECKING:
    from netkit.model.measurement.clock import ClockReport

SCHEMA = "netkit/doctor/1"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing tried. Without what is ``required`` nothing can be measured as netkit means it."""

    name: str
    present: bool
    required: bool
    detail: str
    remedy: str | None


def doctor_to_json(checks: Sequence[Check], clock: ClockReport, code: ExitCode) -> Document:
    """Everything that was tried, and who says what of the clock."""
    return {
        "schema": SCHEMA,
        "can_measure": code is not ExitCode.UNKNOWN,
        "all_good": code is ExitCode.OK,
        "checks": [asdict(check) for check in checks],
        "clock": {
            "synchronised": clock.synchronised,
            "max_error_ns": clock.max_error_ns,
            "source": None if clock.source is None else clock.source.name.lower(),
            "claims": [
                asdict(claim) | {"source": claim.source and claim.source.name.lower()}
                for claim in clock.claims
            ],
        },
    }
