"""What a campaign asks of its lab; known without loading one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class LabWishes:
    """Whether there is to be one, what delays its links, what fills its routing tables (an
    :class:`~netkit.lab.igp.backend.IgpName`), and which FRR that is."""

    wanted: bool = True
    backend: str = "auto"
    igp: str = "static"
    frr: str = "installed"


USUAL: Final = LabWishes()
