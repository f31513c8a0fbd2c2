"""When a delivery that failed is tried again: soon at first, then ever more rarely, for good."""

from __future__ import annotations

from netkit.model.units import NS_PER_S

FIRST_S = 10
LONGEST_S = 3600


def retry_after_ns(attempts: int) -> int:
    """How long to wait after so many attempts that failed: 10 s, doubled up to an hour.

    >>> [retry_after_ns(n) // NS_PER_S for n in (1, 2, 3, 20)]
    [10, 20, 40, 3600]
    """
    doublings = min(attempts - 1, 20)
    return min(FIRST_S << doublings, LONGEST_S) * NS_PER_S
