"""The code blocks of README.md, so that what it says is what works."""

from __future__ import annotations

import re

from goldens import ROOT


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
