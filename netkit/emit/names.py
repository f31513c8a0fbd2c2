"""Names inside the length that a platform allows: shortened so that they stay apart and readable.

Names of netkit are ASCII already; what is too long keeps its beginning and gets a hash of the whole
as its end, so that the same name is shortened alike in every run and every file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

_HASH = 8
"""Hexadecimal digits of the hash to begin with: 32 bits, and more where two names meet."""


def shortened(names: Sequence[str], most: int) -> dict[str, str]:
    """For each of ``names`` one of at most ``most`` characters; those that fit stay as they are.

    No two names share one. A name's short form depends on itself alone, except where two names meet
    in one (about one in 10^9 names does): then the later in sorted order takes a longer hash.

    Raises:
        ValueError: ``most`` leaves no room to tell that many names apart.
    """
    wanted = sorted(set(names))
    found = {name: name for name in wanted if len(name) <= most}
    taken = set(found)
    for name in wanted:
        if name not in found:
            found[name] = next((one for one in _forms(name, most) if one not in taken), "")
            if not found[name]:
                raise ValueError(f"{most} characters cannot tell {len(wanted)} names apart")
            taken.add(found[name])
    return {name: found[name] for name in names}


def _forms(name: str, most: int) -> Iterator[str]:
    """Short forms of one name, the more readable first."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    for digits in range(min(_HASH, most), min(most, len(digest)) + 1):
        begin = name[: max(0, most - digits - 1)].rstrip("-")
        yield f"{begin}-{digest[:digits]}" if begin else digest[:digits]
