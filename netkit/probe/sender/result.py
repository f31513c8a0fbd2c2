"""What a sender's session has found out, in the end and while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from netkit.model.measurement.refutation import ClockStep
from netkit.model.measurement.sample import Sample
from netkit.probe.sender.path_report import PathReport
from netkit.stats.running.session import StreamFigures
from netkit.wire.timestamps import ErrorEstimate


@dataclass(frozen=True)
class SessionResult:
    """What a session has found out, whole or not.

    ``undecided`` probes were sent but neither answered nor timed out when the run was broken off;
    they are in no sample. ``stateful``: the reflector has shown that it counts by itself.
    ``reflector_error`` is the worst that the reflector has said of its clock. ``notes`` counts
    everything worth a word: errors of sending, refusals, packets that were no answers. ``path`` is
    what the replies tell beside delays. Of a run whose samples were not kept ``samples`` is empty,
    and ``running`` has its figures. ``clock_steps`` are the times that this host's clock was set
    meanwhile. ``dropped_here`` replies came back and were dropped by this host, as the socket had
    no room for them.
    """

    samples: tuple[Sample, ...]
    undecided: int = 0
    stateful: bool = False
    reflector_error: ErrorEstimate | None = None
    notes: Mapping[str, int] = field(default_factory=dict)
    path: PathReport = field(default_factory=PathReport)
    running: StreamFigures | None = None
    clock_steps: tuple[ClockStep, ...] = ()
    dropped_here: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A running session: probes ``sent``, ``answered``, and ``overdue`` without an answer.

    ``round_trips_ns`` are those of the latest answers, without the time inside the reflector.
    """

    sent: int
    answered: int
    overdue: int
    round_trips_ns: tuple[int, ...]


class RunEnd(StrEnum):
    """Why a run ended."""

    COMPLETE = "complete"
    DEADLINE = "deadline"
    INTERRUPTED = "interrupted"
