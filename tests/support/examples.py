"""How many examples a property is tried on: all that it is promised for, or enough to notice."""

from __future__ import annotations

import os

_SHARE, _LEAST = 10, 20


def examples(promised: int) -> int:
    """All with ``NETKIT_EXAMPLES=all``, as ``make test-real`` sets it; else a tenth of them."""
    if os.environ.get("NETKIT_EXAMPLES") == "all":
        return promised
    return min(promised, max(_LEAST, promised // _SHARE))
