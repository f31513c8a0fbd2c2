"""The code blocks of README.md and the pages, so that what they say is what works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker

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


def sessions(page: str) -> Iterator[tuple[list[str], int, str]]:
    """Commands of a page's ``console`` blocks, each with its exit code and what it shows.

    A line that begins with ``$`` is a command; below it stands what it prints, on stderr as well.
    """
    for block in blocks("console", page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            for words, code in commands(line):
                yield words, code, output


def files(page: str) -> dict[str, str]:
    """Files that a page has its reader write: a block of YAML or CSV after a name in the prose."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r"`([\w-]+\.(?:yaml|csv))`[^`]*```(?:yaml|csv)\n(.*?)^```", text,
                       flags=re.DOTALL | re.MULTILINE)  # fmt: skip
    return dict(found)


def looks_as_shown(output: str, printed: str) -> bool:
    """Did a command print what its page shows, whatever the blanks; ``...`` is any text."""
    return OutputChecker().check_output(output, printed, ELLIPSIS | NORMALIZE_WHITESPACE)


def shown(block: str) -> str:
    """What a block of Python says that it prints: in comments; ``...`` stands for any text."""
    return "".join(f"{line}\n" for line in re.findall(r"^# ?(.*)$", block, flags=re.MULTILINE))


def prints_as_shown(block: str, printed: str) -> bool:
    """Did a block print what its comments say?"""
    return OutputChecker().check_output(shown(block), printed, ELLIPSIS)
