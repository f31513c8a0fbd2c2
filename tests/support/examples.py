"""How many examples a property is tried on: all that it is promised for, or enough to notice.

What asks here is run again with all of them by ``make test-real``.
"""

from __future__ import annotations

import os
from typing import TypeVar

_Tried = TypeVar("_Tried")

_LEAST = 10


def examples(promised: int, one_in: int = 20) -> int:
    """All with ``NETKIT_EXAMPLES=all``, as ``make test-real`` sets it; else one in so many, but ten
    at least."""
    if os.environ.get("NETKIT_EXAMPLES") == "all":
        return promised
    return min(promised, max(_LEAST, promised // one_in))


def enough(some: _Tried, promised: _Tried) -> _Tried:
    """How long something is tried, or on what: as promised with ``NETKIT_EXAMPLES=all``."""
    return promised if os.environ.get("NETKIT_EXAMPLES") == "all" else some
