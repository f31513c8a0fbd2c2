"""YAML text -> PyYAML's node tree, with everything refused that a plain data file never needs.

Nothing is constructed, so no tag can run code. Nesting, alias loops, alias bombs, a second
document and repeated keys are caught here, before anyone walks the tree.
"""

from __future__ import annotations

import re
from typing import Protocol

import yaml

from netkit.errors import InputError, Problem
from netkit.files.reading.findings import MAX_COUNTED, MAX_KEPT

MAX_VALUES = 600_000
"""Values in a document, every alias counted as if it were written out."""

MAX_DEPTH = 50
"""Nesting of lists and mappings."""

_LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def compose(text: str, file: str) -> tuple[yaml.MappingNode, list[Problem]]:
    """Parse one YAML document whose top level is a mapping.

    Returns the root and the problems that do not prevent reading on (repeated keys, keys that are
    no plain text).

    Raises:
        InputError: the text is not one YAML document, is not a mapping, nests or expands too far.
    """
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InputError.single(
            "unprintable character", file=file, line=line, value=f"U+{ord(found.group()):04X}"
        )
    root = _compose_one(text, file)
    if root is None:
        raise InputError.single("the file is empty", file=file, expected="a YAML mapping")
    if not isinstance(root, yaml.MappingNode):
        raise InputError.single(
            "the top level is no mapping", file=file, line=line_of(root),
            expected="'key: value' lines",
        )  # fmt: skip
    return root, _key_problems(root, file)


def line_of(node: yaml.Node) -> int | None:
    """The line that a node starts on, from 1; None for a node that comes from no text."""
    return _line_of_mark(node.start_mark)


def children(node: yaml.Node) -> list[yaml.Node]:
    """The nodes directly inside a list or a mapping, keys too; none for a scalar."""
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _compose_one(text: str, file: str) -> yaml.Node | None:
    try:
        aliases = _refuse_floods(text, file)
        root: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
        if aliases and root is not None:
            _refuse_bombs(root, file)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = _line_of_mark(mark)
        raise InputError.single(
            f"not valid YAML: {error.problem}", file=file, line=line, remedy=_tab(text, mark)
        ) from error
    except yaml.YAMLError as error:
        raise InputError.single(f"not valid YAML: {error}", file=file) from error
    return root


def _tab(text: str, mark: yaml.Mark | None) -> str | None:
    """What to do where a line that cannot be read begins with a tab, which looks like blanks."""
    lines = text.split("\n")
    here = "" if mark is None or mark.line >= len(lines) else lines[mark.line]
    indent = here[: len(here) - len(here.lstrip())]
    return "Indent by blanks: there is a tab" if "\t" in indent else None


def _refuse_floods(text: str, file: str) -> bool:
    """Look at the bare events first: composing recurses, so deep nesting would end the process.

    Returns whether there are aliases, without which the tree cannot be larger than the text.
    """
    depth = documents = values = aliases = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        values += isinstance(event, yaml.NodeEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > MAX_DEPTH:
            raise _too_deep(file, _line_of_mark(event.start_mark))
        if values > MAX_VALUES:
            raise _too_many("too many values", file, _line_of_mark(event.start_mark))
        if documents > 1:
            raise InputError.single(
                "a second YAML document starts here", file=file,
                line=_line_of_mark(event.start_mark), expected="one document per file",
            )  # fmt: skip
    return aliases > 0


def _refuse_bombs(root: yaml.Node, file: str) -> None:
    """Measure the tree as if every alias were written out, in time linear in the file."""
    size: dict[int, int] = {}
    height: dict[int, int] = {}
    open_: set[int] = set()
    stack = [root]
    while stack:
        node = stack[-1]
        inside = children(node)
        if id(node) in size:
            stack.pop()
        elif id(node) not in open_:
            open_.add(id(node))
            for child in inside:
                if id(child) in open_:
                    raise InputError.single(
                        "an alias contains itself", file=file, line=line_of(child)
                    )
                if id(child) not in size:
                    stack.append(child)
        else:
            stack.pop()
            open_.discard(id(node))
            size[id(node)] = 1 + sum(size[id(child)] for child in inside)
            height[id(node)] = 1 + max((height[id(child)] for child in inside), default=0)
            if size[id(node)] > MAX_VALUES:
                raise _too_many("aliases expand to too many values", file, line_of(node))
            if height[id(node)] > MAX_DEPTH:
                raise _too_deep(file, line_of(node))


def _too_many(what: str, file: str, line: int | None) -> InputError:
    return InputError.single(what, file=file, line=line, expected=f"at most {MAX_VALUES} in all")


class _Mark(Protocol):
    line: int


def _line_of_mark(mark: _Mark | None) -> int | None:
    return None if mark is None else int(mark.line) + 1


def _too_deep(file: str, line: int | None) -> InputError:
    return InputError.single(
        "lists and mappings nest too deep", file=file, line=line, expected=f"at most {MAX_DEPTH}"
    )


def _key_problems(root: yaml.Node, file: str) -> list[Problem]:
    problems: list[Problem] = []
    seen_nodes: set[int] = set()
    stack = [root]
    while stack and len(problems) <= MAX_KEPT + MAX_COUNTED:
        node = stack.pop()
        if id(node) in seen_nodes:
            continue
        seen_nodes.add(id(node))
        stack.extend(children(node))
        if isinstance(node, yaml.MappingNode):
            problems.extend(_keys_of(node, file))
    return problems


def _keys_of(node: yaml.MappingNode, file: str) -> list[Problem]:
    problems: list[Problem] = []
    first: dict[str, int | None] = {}
    for key, _ in node.value:
        line = line_of(key)
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(file, line, "a key is no text", expected="a word"))
        elif key.value in first:
            text = f"the key is given twice, first in line {first[key.value]}"
            problems.append(Problem(file, line, text, repr(key.value)))
        else:
            first[key.value] = line
    return problems
