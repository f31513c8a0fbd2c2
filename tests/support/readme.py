"""The code blocks of README.md and the pages, so that what they say is what works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from doctest import ELLIPSIS, OutputChecker

from goldens import ROOT


def blocks(language: str, page: str = "README.md") -> list[str]:
    """The fenced blocks of one language, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def commands(block: str) -> Iterator[tuple[list[str], int]]:
    """The commands of a block of shell, each as its words and the exit code that it ends with.

    A line may go on in the next one, end in a comment, and say ``|| test $? = CODE``: no more of
    the shell is spoken in the pages.
    """
    for line in block.replace("\\\n", " ").splitlines():
        command, _, code = line.partition("|| test $? = ")
        assert not set("|&;<>$`*?~") & set(command), f"more shell than is read here: {line}"
        yield shlex.split(command, comments=True), int(code.split()[0]) if code else 0


def shown(block: str) -> str:
    """What a block of Python says that it prints: in comments; ``...`` stands for any text."""
    return "".join(f"{line}\n" for line in re.findall(r"^# ?(.*)$", block, flags=re.MULTILINE))


def prints_as_shown(block: str, printed: str) -> bool:
    """Did a block print what its comments say?"""
    return OutputChecker().check_output(shown(block), printed, ELLIPSIS)
