"""Figures of a neighbour as texts state them: of two that say the same thing the first counts."""

from __future__ import annotations

import re

from netkit.files.importers.link_state.records import Pair, Traffic
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.importers.link_state.values import address, digits

_NAME = re.compile(r"[A-Za-z+][\w +./'-]{0,40}")


def stated_id(word: str) -> str | None:
    """A link id; 0 is none (RFC 5307 §1.1)."""
    return word if digits(word) else None


def near(pair: Pair, word: str) -> Pair:
    """The pair with the address of the near end."""
    return (address(word), pair[1])


def far(pair: Pair, word: str) -> Pair:
    """The pair with the address of the far end."""
    return (pair[0], address(word))


def state(figures: Traffic, name: str, value: object) -> None:
    """Set a figure, unless it is there already."""
    if getattr(figures, name) is None:
        setattr(figures, name, value)


def count_unknown(skipped: Skipped, name: str) -> None:
    """Count a line that nobody has seen, by its name if it has one that can be printed."""
    skipped[f"lines `{name.strip()}`" if _NAME.fullmatch(name) else "other lines"] += 1
