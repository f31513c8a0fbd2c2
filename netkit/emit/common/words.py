"""Names as platforms take them: of few characters, inside a length, and still apart."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from netkit.emit.names import shortened

PLAIN = re.compile(r"[^A-Za-z0-9_.-]")
"""What is no letter, digit, underscore, dot or hyphen: all platforms take those."""

_HASH = 6


def plain_names(names: Sequence[str], most: int) -> dict[str, str]:
    """For each of ``names`` one of at most ``most`` plain characters, no two alike.

    Plain names that fit stay as they are; another keeps what is plain of it and gets a hash.
    """
    wanted = {name: _plain(name) for name in names}
    short = shortened(tuple(wanted.values()), most)
    return {name: short[one] for name, one in wanted.items()}


def _plain(name: str) -> str:
    cleaned = PLAIN.sub("-", name)
    if cleaned == name and name[:1].isalpha():
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH]
    return f"n-{cleaned.strip('-')}-{digest}"


def apart(names: Sequence[str]) -> tuple[str, ...]:
    """``names`` in their order; of those that occur more than once, the later get a number.

    >>> apart(["a", "b", "a"])
    ('a', 'b', 'a.2')
    """
    taken, given, found = set(names), Counter[str](), list[str]()
    for name in names:
        given[name] += 1
        one = name if given[name] == 1 else f"{name}.{given[name]}"
        while given[name] > 1 and one in taken:
            given[name] += 1
            one = f"{name}.{given[name]}"
        taken.add(one)
        found.append(one)
    return tuple(found)
