"""Numbers in other people's text files."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[-+]?([0-9]{1,20}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][-+]?[0-9]{1,3})?")


def number_of(word: str | None) -> float | None:
    """The number that a word is, all of it, in decimal digits; None for anything else."""
    value = float(word) if word is not None and _NUMBER.fullmatch(word) else None
    return None if value in (float("inf"), float("-inf")) else value
