"""Where in the text of a JSON document a value stands."""

from __future__ import annotations

import json
import re

from netkit.emit.json.codec import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')


def line_of(text: str, path: Path) -> int:
    """The line, from 1, of the value at ``path``, or of the nearest around it that is there.

    ``text`` is JSON. Linear in its length.
    """
    found, best = 1, -1
    for where, line in _places(text):
        depth = len(where)
        if depth > best and where == path[:depth]:
            found, best = line, depth
    return found


def _places(text: str) -> list[tuple[Path, int]]:
    """The path of every value, with its line, in order."""
    found: list[tuple[Path, int]] = []
    stack: list[str | int | None] = []
    """Of each list or object around the index or key at hand; None where a key is to come."""
    line, key = 1, ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n":
            line += 1
        elif token == ":":
            stack[-1] = key
        elif token == ",":
            stack[-1] = stack[-1] + 1 if isinstance(stack[-1], int) else None
        elif token in "}]":
            stack.pop()
        elif stack and stack[-1] is None:
            key = json.loads(token)
        else:
            found.append((tuple(one for one in stack if one is not None), line))
            if token in "{[":
                stack.append(None if token == "{" else 0)
    return found
