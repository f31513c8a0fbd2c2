"""Lists of targets: a host a line, and what it is to be called."""

from __future__ import annotations

import os
from dataclasses import dataclass

from netkit.errors import shown
from netkit.files.reading.files import read_text
from netkit.files.reading.findings import Findings


@dataclass(frozen=True, slots=True)
class ListedTarget:
    """``host`` as it stands, a port perhaps with it; ``name`` is what people call it."""

    host: str
    name: str
    line: int


def read_targets(path: str | os.PathLike[str]) -> tuple[ListedTarget, ...]:
    """``HOST`` or ``HOST NAME`` a line; what follows ``#`` is a comment.

    Raises :class:`~netkit.errors.InputError` with every line that is wrong: more than two words, a
    name that another line has, or no target at all.
    """
    findings = Findings(os.fspath(path))
    found: dict[str, ListedTarget] = {}
    for number, text in enumerate(read_text(path).splitlines(), start=1):
        words = text.partition("#")[0].split()
        if not words:
            continue
        if len(words) > 2:
            findings.problem(number, "a target", shown(text), "HOST or HOST NAME")
            continue
        one = ListedTarget(words[0], words[-1], number)
        held = found.setdefault(one.name, one)
        if held is not one:
            findings.problem(
                number, f"the target {one.name} is already in line {held.line}", None,
                "each name once",
            )  # fmt: skip
    if not found and not findings.any_problem:
        findings.problem(None, "no target", None, "a host a line")
    findings.check()
    return tuple(found.values())
