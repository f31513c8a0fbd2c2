"""Links in a direction, as words."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.model.srv6.route import Arc
from netkit.report.words.text import visible


def links_text(arcs: Sequence[Arc]) -> str:
    """Links that look alike from here are told in one word with "or"."""
    words = [f"{visible(link)} from {visible(headend)}" for link, headend in arcs]
    return words[0] if len(words) == 1 else f"one of ({' or '.join(words)})"
