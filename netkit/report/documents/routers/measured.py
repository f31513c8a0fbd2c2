"""What the policies of a changed router were measured to take, as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable

from netkit.probe.run.tiers import TierMeasured
from netkit.report.documents.document import Document


def measured_to_json(measured: Iterable[TierMeasured]) -> list[Document]:
    """One object a policy; figures that do not exist or have no bound are null."""
    return [_document(one) for one in measured]


def _document(one: TierMeasured) -> Document:
    off_us = one.uncertainty_us
    return {
        "policy": one.probe.name,
        "source": str(one.probe.source),
        "target": str(one.probe.target),
        "port": one.probe.port,
        "flows": one.probe.flows,
        "bound_us": one.probe.bound_us,
        "verdict": one.verdict,
        "judged_on": one.judged_on,
        "judged_us": one.judged_us,
        "uncertainty_us": None if math.isinf(off_us) else off_us,
        "sent": one.sent,
        "received": one.received,
    }
