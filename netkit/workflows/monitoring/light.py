"""What light needs between the sites of campaigns, for whoever certifies without their files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from netkit.monitor.alarms.silence import Expected
from netkit.stats.windows.certified import Floors
from netkit.workflows.campaigns.field import load_campaign
from netkit.workflows.monitoring.mesh import floors

_Signature = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True)
class Light:
    """Light time between the sites of a campaign as ``files``, its own and its topology, had them.

    Who serves metrics for months reads neither again, and sites may have moved or names changed
    hands: once a file has changed nothing is said any more.
    """

    campaign: str
    period_ns: int
    files: tuple[Path, ...]
    as_read: _Signature
    floor_ns: Floors

    def now(self) -> Floors | None:
        """Light time, None where it may have changed."""
        return self.floor_ns if _signature(self.files) == self.as_read else None


def light_of(files: Sequence[Path], *, rounds: bool = True) -> tuple[Light, ...]:
    """That of each campaign file; without ``rounds`` it is measured all the time, as by an agent.

    Raises :class:`~netkit.errors.InputError` for a file that cannot be used.
    """
    found = map(_light, files)
    return tuple(one if rounds else replace(one, period_ns=0) for one in found)


def _light(file: Path) -> Light:
    before = _signature([file])
    found = load_campaign(file, sending=False)
    topology = found.asked.topology
    files = (file,) if topology is None else (file, Path(topology))
    as_read = (*before, *_signature(files[1:]))
    campaign = found.campaign
    period_ns = Expected.of(campaign).period_ns
    return Light(campaign.name, period_ns, files, as_read, floors(campaign, found.topology))


def _signature(files: Sequence[Path]) -> _Signature:
    """What tells a file from what was there before, or None where it cannot be looked at."""
    found: list[tuple[int, int, int] | None] = []
    for file in files:
        found.append(None)
        with suppress(OSError):
            known = file.stat()
            found[-1] = known.st_mtime_ns, known.st_size, known.st_ino
    return tuple(found)
