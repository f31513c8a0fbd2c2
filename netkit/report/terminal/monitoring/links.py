"""Links in a direction, as words."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.language.words import say
from netkit.model.srv6.route import Arc
from netkit.report.words.text import visible


def links_text(arcs: Sequence[Arc]) -> str:
    """Links that look alike from here are told in one word with "or"."""
    words = [say("{link} from {node}", link=visible(link), node=visible(headend))
             for link, headend in arcs]  # fmt: skip
    return words[0] if len(words) == 1 else say("one of ({links})", links=say(" or ").join(words))
