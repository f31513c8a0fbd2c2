"""What was in force while a session was measured, path, bound and clocks; and what was noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netkit.model.measurement.window import PathInForce, WindowKey


@dataclass(frozen=True, slots=True)
class SessionState:
    """What the observer of ``key`` says of a session in a window, an hour or a day.

    The path and the bound are None where they were not the same throughout, or are not known.
    """

    key: WindowKey
    path: PathInForce
    bound_us: int | None
    sender_steps: int
    reflector_steps: int


@dataclass(frozen=True, slots=True)
class SessionNotes:
    """What ``observer`` noted of a session over a time: ``notes`` count it by its words."""

    campaign: str
    observer: str
    src: str
    dst: str
    flow: str
    notes: Mapping[str, int]
