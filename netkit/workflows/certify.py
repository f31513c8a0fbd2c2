"""From samples of a mesh to one-way delays that hold whatever its clocks say."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from netkit.errors import InputError, Problem
from netkit.model.measurement.sample_row import Row
from netkit.model.network.topology import Topology
from netkit.model.planning.tier import TierProfile
from netkit.model.units import NS_PER_MS
from netkit.stats.clocks.certify import CertifiedMesh
from netkit.stats.clocks.mesh import certify_sites
from netkit.store.samples_csv import read_samples


def certified_mesh(
    samples: Iterable[str | os.PathLike[str] | Row],
    topology: Topology,
    profile: TierProfile,
    *,
    bound_us: int | None,
    clock_error_ms: Mapping[str, float],
    drift_ppm: float,
    position_error_km: float,
) -> CertifiedMesh:
    """Certify the rows given and those of the files, between nodes of ``topology``.

    ``clock_error_ms`` has the clocks that are synchronised, and what each may be off. Raises
    :class:`~netkit.errors.InputError` for what cannot be used, OSError for a file that cannot be
    read.
    """
    errors_ns = _errors_ns(clock_error_ms)
    rows: list[Row] = []
    for some in samples:
        rows.extend([some] if isinstance(some, tuple) else read_samples(Path(some)))
    return certify_sites(
        rows,
        topology,
        profile,
        bound_us=bound_us,
        drift_ppm=drift_ppm,
        max_error_ns=errors_ns,
        position_error_km=position_error_km,
    )


def _errors_ns(stated_ms: Mapping[str, float]) -> dict[str, int]:
    wrong = [
        Problem("clock_error_ms", None, node, str(error_ms), "0 or more milliseconds")
        for node, error_ms in stated_ms.items()
        if not 0 <= error_ms < math.inf
    ]
    if wrong:
        raise InputError(wrong)
    return {node: math.ceil(error_ms * NS_PER_MS) for node, error_ms in stated_ms.items()}
