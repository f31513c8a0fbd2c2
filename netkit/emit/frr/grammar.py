"""What the versions of FRR say differently: ``staticd/static_vty.c`` and ``static_zebra.c`` at the
tags ``frr-10.3``, ``frr-10.4.1`` and ``frr-10.5.1``."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grammar:
    """One version: ``number`` and what it can say.

    ``ipv4`` is ``ip route`` with segments, ``reduced`` the words ``encap-behavior H_Encaps_Red``;
    ``no_uas`` is why it has no static uA that forwards as RFC 9800 §4.1.2 has it, None if it has.
    """

    number: tuple[int, int]
    ipv4: bool
    reduced: bool
    no_uas: str | None

    def __str__(self) -> str:
        return f"{self.number[0]}.{self.number[1]}"


_NONE = "FRR 10.3 has no static uA; IS-IS gives out uAs of its own"
_CONSUMES_TOO_LITTLE = (
    "a static uA of FRR 10.4 consumes the node and not its function"
    " (lcnode_func_len, mended in 10.5 by 1b4cffbd0c)"
)

GRAMMARS = (
    Grammar((10, 3), ipv4=False, reduced=False, no_uas=_NONE),
    Grammar((10, 4), ipv4=True, reduced=True, no_uas=_CONSUMES_TOO_LITTLE),
    Grammar((10, 5), ipv4=True, reduced=True, no_uas=None),
)
"""By version, the oldest first."""

OLDEST = GRAMMARS[0]


def grammar_of(version: str | None) -> Grammar | None:
    """That of a version such as ``10.4.1``: the newest that is not newer than it.

    Without a version it is the oldest; None for a version that is older, or not understood.

    >>> str(grammar_of("10.4.1")), str(grammar_of("11.0")), grammar_of("8.4.4")
    ('10.4', '10.5', None)
    """
    if version is None:
        return OLDEST
    read = re.match(r"(\d+)\.(\d+)", version)
    if read is None:
        return None
    number = (int(read[1]), int(read[2]))
    return next((one for one in reversed(GRAMMARS) if one.number <= number), None)
