"""The code blocks of README.md and the pages, so that what they say is what works."""

from __future__ import annotations

import re

from goldens import ROOT


def blocks(language: str, page: str = "README.md") -> list[str]:
    """The fenced blocks of one language, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
