"""What a host can say about its own clock, who says it, and what holds of all that is said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

KERNEL = "kernel"
CHRONY = "chrony"

CRYSTAL_DRIFT_PPM = 50.0
"""What the clock of an ordinary crystal gains or loses at most."""


class SyncSource(IntEnum):
    """What disciplines a clock, in the numbers of the Timestamp Information TLV (RFC 8972 §4.3)."""

    NTP = 1
    PTP = 2
    SSU_BITS = 3
    GNSS = 4
    FREE_RUNNING = 5


@dataclass(frozen=True, slots=True)
class ClockClaim:
    """What one program says of this host's clock; ``max_error_ns`` is None if it bounds nothing.

    ``source`` is None where the program cannot know it, as the kernel cannot. ``remedy`` is what
    to do if the claim is not what it should be.
    """

    by: str
    synchronised: bool
    max_error_ns: int | None
    source: SyncSource | None
    detail: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class ClockReport:
    """The kernel's claim, then those of the daemons that answered.

    The kernel knows whether anyone holds its clock; so does chrony, which sets that very clock and
    tells the kernel only with ``rtcsync``. The bound is the largest that the kernel and the
    synchronised daemons state, as each sees errors that others do not; a daemon that states none
    leaves the clock without a bound, a kernel that was told none only where no daemon states one.
    ``aged_ns`` is how long ago the daemons were asked: a bound that no kernel keeps up to date
    grows meanwhile by what a crystal drifts.
    """

    claims: tuple[ClockClaim, ...]
    aged_ns: int = 0

    @property
    def synchronised(self) -> bool:
        """Whether the kernel says so, or chrony."""
        return any(claim.by in (KERNEL, CHRONY) and claim.synchronised for claim in self.claims)

    @property
    def kernel_agrees(self) -> bool:
        """Whether the kernel itself calls its clock synchronised."""
        return any(claim.by == KERNEL and claim.synchronised for claim in self.claims)

    @property
    def max_error_ns(self) -> int | None:
        """How far the clock may be from UTC; None if nothing bounds it."""
        held = [claim for claim in self.claims if claim.synchronised]
        daemons = [claim for claim in held if claim.by != KERNEL]
        kept = any(one.by == KERNEL and one.max_error_ns is not None for one in held)
        stated = [claim.max_error_ns for claim in (held if kept else daemons)]
        bounds = [bound for bound in stated if bound is not None]
        if not self.synchronised or not stated or len(bounds) != len(stated):
            return None
        drift_ns = 0 if kept else self.aged_ns * CRYSTAL_DRIFT_PPM / 1e6
        return max(bounds) + math.ceil(drift_ns)

    @property
    def source(self) -> SyncSource | None:
        """What disciplines the clock, as far as a daemon tells."""
        if not self.synchronised:
            return SyncSource.FREE_RUNNING
        named = (claim.source for claim in self.claims if claim.synchronised and claim.source)
        return next(named, None)

    @property
    def remedies(self) -> tuple[str, ...]:
        """What to do about claims that are not what they should be."""
        told = [claim.remedy for claim in self.claims if claim.remedy]
        if self.synchronised and not self.kernel_agrees:
            told.append("add rtcsync to chrony.conf, so that the kernel knows that chrony holds it")
        return tuple(told)

    def with_kernel(self, claim: ClockClaim, aged_ns: int = 0) -> ClockReport:
        """The same daemons, asked ``aged_ns`` ago, beside a newer claim of the kernel's."""
        others = (one for one in self.claims if one.by != KERNEL)
        return ClockReport((claim, *others), aged_ns)
