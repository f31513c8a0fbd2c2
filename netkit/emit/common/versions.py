"""Versions of platforms: which of those that a room knows a router's version goes by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

_NUMBER = re.compile(r"\d+")


def numbers(version: str) -> tuple[int, ...]:
    """The numbers in a version, to compare by.

    >>> numbers("24.10.R1") < numbers("24.10.R2")
    True
    """
    return tuple(int(one) for one in _NUMBER.findall(version))


def by_version(known: Mapping[str, T], version: str | None) -> T:
    """What is known of the newest version that is not newer than ``version``.

    Without a version, or with one older than all, that of the oldest.

    >>> by_version({"24.4.2": 1, "26.1.1": 2}, "25.4.1")
    1
    """
    ordered = sorted(known, key=numbers)
    wanted = () if version is None else numbers(version)
    return known[max((one for one in ordered if numbers(one) <= wanted), key=numbers,
                     default=ordered[0])]  # fmt: skip
