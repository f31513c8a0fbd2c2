"""What a host can say about its own clock, who says it, and what holds of all that is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

KERNEL = "kernel"

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

    ``source`` is None where the program cannot know it, as the kernel cannot.
    """

    by: str
    synchronised: bool
    max_error_ns: int | None
    source: SyncSource | None
    detail: str


@dataclass(frozen=True, slots=True)
class ClockReport:
    """The kernel's claim, then those of the daemons that answered.

    The kernel alone knows whether anyone holds its clock. The bound is the largest that the kernel
    and the synchronised daemons state, as each sees errors that others do not; one of them that
    states none leaves the clock without a bound.
    """

    claims: tuple[ClockClaim, ...]

    @property
    def synchronised(self) -> bool:
        """Whether the kernel says so."""
        return any(claim.by == KERNEL and claim.synchronised for claim in self.claims)

    @property
    def max_error_ns(self) -> int | None:
        """How far the clock may be from UTC; None if nothing bounds it."""
        stated = [claim.max_error_ns for claim in self.claims if claim.synchronised]
        bounds = [bound for bound in stated if bound is not None]
        return max(bounds) if self.synchronised and len(bounds) == len(stated) else None

    @property
    def source(self) -> SyncSource | None:
        """What disciplines the clock, as far as a daemon tells."""
        if not self.synchronised:
            return SyncSource.FREE_RUNNING
        named = (claim.source for claim in self.claims if claim.synchronised and claim.source)
        return next(named, None)

    def with_kernel(self, claim: ClockClaim) -> ClockReport:
        """The same daemons beside a newer claim of the kernel's."""
        return ClockReport((claim, *(one for one in self.claims if one.by != KERNEL)))
