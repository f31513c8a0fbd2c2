"""Labels of other people's files as names of ours.

A label that fits is its own name. In any other, each run of characters that do not fit becomes one
hyphen, what may not come first is dropped, and the rest is cut to length; a label of which nothing
is left takes a name from its place in the file. A name that is taken gets ``-2``, ``-3``, … Labels
that fit choose first, so none of them moves because of one that does not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_LONGEST_LABEL = 80
_NOT_FIRST = re.compile(r"\W+")


def unique_names(
    labels: Sequence[str | None], pattern: re.Pattern[str], longest: int, spare: Sequence[str]
) -> list[str]:
    """A name for each label, all different, all matching ``pattern``.

    ``spare[i]``, which must match as well, stands in for a label that is missing or leaves nothing.
    """
    first: dict[str, int] = {}
    for index, label in enumerate(labels):
        if label is not None and pattern.fullmatch(label):
            first.setdefault(label, index)
    taken = set(first)
    times: Counter[str] = Counter()
    names = []
    for index, label in enumerate(labels):
        if label is not None and first.get(label) == index:
            names.append(label)
            continue
        base = spare[index] if label is None else fitting(label, pattern, longest) or spare[index]
        names.append(_free(base, taken, times, longest))
        taken.add(names[-1])
    return names


def fitting(label: str, pattern: re.Pattern[str], longest: int) -> str:
    """The label without what does not fit; empty where nothing is left."""
    composed = unicodedata.normalize("NFC", label)
    kept = "".join(char if pattern.fullmatch(f"a{char}") else " " for char in composed)
    name = "-".join(kept.split())
    start = _NOT_FIRST.match(name)
    return name[start.end() if start else 0 :][:longest].rstrip("-")


def one_line(label: str) -> str | None:
    """A label as one line that can be shown; None where nothing is left of it."""
    clean = "".join(char if char.isprintable() else " " for char in label)
    return " ".join(clean.split())[:_LONGEST_LABEL] or None


def _free(base: str, taken: set[str], times: Counter[str], longest: int) -> str:
    if base not in taken:
        return base
    times[base] = max(times[base], 1)
    while True:
        times[base] += 1
        suffix = f"-{times[base]}"
        name = base[: longest - len(suffix)] + suffix
        if name not in taken:
            return name
