"""Numbers of TE sub-TLVs as routers print them (RFC 5305, 7308, 8570)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.reading.numbers import number_of
from netkit.model.network.advertised import SidStructure
from netkit.model.network.elements import MAX_LINK_METRIC
from netkit.model.units import percent_to_ppb

BITS_PER_BYTE = 8
_DELAY_MASK = 0xFF_FFFF
"""The delay itself is 24 bits; FRR prints some with the A bit of RFC 8570 on top."""

_ANOMALOUS = 1 << 31
MAX_CAPACITY_BPS = 10**15
_MAX_WORD = 0xFFFF_FFFF
_SID_BITS = 128
_DIGITS = re.compile(r"[0-9]{1,10}")


def address(value: object) -> str | None:
    """An interface address in its usual spelling; none where nobody has set it.

    By the C library: a national network has a million of them.
    """
    if not isinstance(value, str):
        return None
    family = AF_INET6 if ":" in value else AF_INET
    try:
        packed = inet_pton(family, value)
    except (OSError, ValueError):  # ValueError: a NUL in it
        return None
    return inet_ntop(family, packed) if any(packed) else None


def number(value: object) -> float | None:
    """A number, or text that is one; none that is infinite, or too large for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = number_of(value.strip()) if isinstance(value, str) else float(value)
    except OverflowError:
        return None
    return found if found is not None and math.isfinite(found) else None


def digits(word: str) -> int | None:
    """What one to ten decimal digits of ASCII say; None for any other word."""
    return int(word) if _DIGITS.fullmatch(word) else None


def metric(value: object) -> int | None:
    """An IGP or TE metric: 24 bits (RFC 5305 §3)."""
    found = number(value)
    whole = found is not None and found.is_integer() and 0 <= found <= MAX_LINK_METRIC
    return int(found) if found is not None and whole else None


def algorithm(value: object) -> int | None:
    """The number of an algorithm of the IGP: one byte (RFC 8665 §3.1)."""
    found = number(value)
    whole = found is not None and found.is_integer() and 0 <= found <= 255
    return int(found) if found is not None and whole else None


def code_point(value: object) -> int:
    """A number that stands for something; -1, which nothing has, for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def structure(lengths: Sequence[object], skipped: Skipped) -> SidStructure | None:
    """The parts of a SID: block, node, function and argument in bits (RFC 9352 §9); what cannot
    be is counted."""
    whole = [one for one in lengths if isinstance(one, int) and not isinstance(one, bool)]
    found = [one for one in whole if 0 <= one <= _SID_BITS]
    if len(found) != len(lengths) or sum(found) > _SID_BITS:
        skipped["SID structures that are not four lengths of 128 bits in all"] += 1
        return None
    return SidStructure(*found)


def delay_us(value: object) -> int | None:
    """A delay or its variation."""
    found = number(value)
    if found is None or not found.is_integer() or not 0 <= found <= _MAX_WORD:
        return None
    return int(found) & _DELAY_MASK if found >= _ANOMALOUS else int(found)


def is_anomalous(word: object) -> bool:
    """The A bit: the figure is past a threshold that somebody configured (RFC 8570 §4.1)."""
    return str(word).lower() == "anomalous"


def loss_ppb(percent: object) -> int | None:
    """A loss in percent."""
    found = number(percent)
    return None if found is None or not 0 <= found <= 100 else percent_to_ppb(found)


def capacity_bps(bytes_per_second: object) -> int | None:
    """A bandwidth in bytes a second (RFC 5305 §3.4); none where it is 0."""
    found = number(bytes_per_second)
    if found is None or not 0 < found <= MAX_CAPACITY_BPS / BITS_PER_BYTE:
        return None
    return round(found * BITS_PER_BYTE) or None


def groups_of_masks(masks: Iterable[tuple[int, str]]) -> frozenset[str]:
    """The bits that are set, by number; each mask is 32 of them, at its place."""
    found = set()
    for place, word in masks:
        try:
            mask = int(word, 0)
        except ValueError:
            continue
        found |= {str(32 * place + bit) for bit in range(32) if mask >> bit & 1}
    return frozenset(found)
