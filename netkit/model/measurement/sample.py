"""What became of one probe, and the four timestamps that tell its delays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Every probe ends as exactly one of these."""

    RECEIVED = "received"
    LOST_FORWARD = "lost_forward"
    LOST_BACKWARD = "lost_backward"
    LOST = "lost"
    LATE = "late"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    NOT_SENT = "not_sent"


NO_ANSWER = (Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD, Outcome.LOST, Outcome.REFUSED)
"""Of the probes that set out, those that nothing came back of, whichever way they were lost."""


class StampSource(StrEnum):
    """Who took a timestamp. ``userspace`` ones include the host's own delay."""

    HARDWARE = "hardware"
    KERNEL = "kernel"
    USERSPACE = "userspace"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Stamp:
    """An instant in ns since 1970 (UTC) on the clock of the host that took it."""

    time_ns: int
    source: StampSource


@dataclass(frozen=True, slots=True)
class Sample:
    """One probe: T1 sent, T2 reached the reflector, T3 reflected, T4 came back (RFC 8762 §4.2).

    A missing stamp is None. One-way delays may be negative: that is evidence about a clock. The
    stamps of a probe that was answered more than once are those of the first answer.
    ``forward_ttl`` and ``reply_ttl`` are the hop limits left on arrival at the reflector and back;
    ``*_userspace_ns`` is the program's own reading for T1 and T3, beside the kernel's;
    ``send_error_ns`` is how much after its scheduled time the probe was sent. ``clock_set_ns`` is
    by how much the sender's clock had been set, all steps together, between the begin of the run
    and this probe; with ``spans_step`` it was set while the probe was under way, so that T4 - T1
    says nothing.
    """

    sequence: int
    outcome: Outcome
    t1: Stamp | None = None
    t2: Stamp | None = None
    t3: Stamp | None = None
    t4: Stamp | None = None
    reflector_sequence: int | None = None
    reply_ttl: int | None = None
    forward_ttl: int | None = None
    t1_userspace_ns: int | None = None
    t3_userspace_ns: int | None = None
    send_error_ns: int | None = None
    forward_duplicates: int = 0
    backward_duplicates: int = 0
    clock_set_ns: int = 0
    spans_step: bool = False

    @property
    def forward_owd_ns(self) -> int | None:
        """T2 - T1."""
        return _difference(self.t1, self.t2)

    @property
    def backward_owd_ns(self) -> int | None:
        """T4 - T3."""
        return _difference(self.t3, self.t4)

    @property
    def round_trip_ns(self) -> int | None:
        """(T4 - T1) - (T3 - T2): the network's share of the round trip; needs no common clock."""
        whole, inside = _difference(self.t1, self.t4), _difference(self.t2, self.t3)
        return None if whole is None or inside is None else whole - inside


def _difference(start: Stamp | None, end: Stamp | None) -> int | None:
    return None if start is None or end is None else end.time_ns - start.time_ns


PRECISE = frozenset({StampSource.KERNEL, StampSource.HARDWARE})
"""Who stamps where a packet passes, and not when a program gets to it."""


def is_precise(pair: tuple[Stamp, Stamp]) -> bool:
    """Whether kernel or hardware stamped at both ends."""
    return {stamp.source for stamp in pair} <= PRECISE
