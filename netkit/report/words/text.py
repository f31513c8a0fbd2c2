"""How names and lists of them are written for people, on the terminal and in HTML alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from netkit.language.words import marked, say
from netkit.model.verdict import Verdict

ELIDED = "…"

_Item = TypeVar("_Item")

_VERDICTS = {
    Verdict.PASS: marked("pass"),
    Verdict.BREACH: marked("breach"),
    Verdict.INCONCLUSIVE: marked("inconclusive"),
    Verdict.UNKNOWN: marked("unknown"),
}


def verdict_word(verdict: Verdict) -> str:
    """The verdict as people read it."""
    return say(_VERDICTS[verdict])


def visible(text: str) -> str:
    """The text with each character that would not print, or would steer a terminal, spelt out."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def bounds_words(profile: str) -> str:
    """Where bounds come from: ``tiers of 2023``, or the one bound that was asked for."""
    asked = profile.removeprefix("bound ")
    if asked != profile:
        return say("bound {bound}", bound=asked)
    return say("tiers of {profile}", profile=profile)


def list_text(names: Sequence[str], most: int) -> str:
    """The names, joined by commas; of a longer list the first ones, the last, and how many not."""
    if len(names) <= most:
        return ", ".join(names)
    left_out = len(names) - most
    return ", ".join([*names[: most - 1], say("… {count} more …", count=left_out), names[-1]])


def worth_showing(
    items: Sequence[_Item], limit: int | None, verdict: Callable[[_Item], Verdict]
) -> list[_Item]:
    """At most ``limit`` items in their order; what does not pass goes before what does."""
    if limit is None or len(items) <= limit:
        return list(items)
    order = sorted(range(len(items)), key=lambda i: (verdict(items[i]) is Verdict.PASS, i))
    return [items[i] for i in sorted(order[:limit])]
