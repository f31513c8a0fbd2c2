"""Whether two configurations that a router answers with say the same, and where they do not.

Its own notes are no part of them: Junos says with each when it was changed last, in attributes of
its top.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice, zip_longest

from netkit.emit.common.tree import Statement
from netkit.emit.common.xml import read_xml
from netkit.errors import InputError

_MOST_NAMED = 3


def same(one: str, other: str) -> bool:
    """Do both say the same?

    >>> same('<data><a x="1"><b>1</b></a></data>', '<data><a x="2"> <b>1</b> </a></data>')
    True
    """
    return one == other or not differing(one, other)


def differing(one: str, other: str) -> tuple[str, ...]:
    """The first elements that are otherwise or in one of both alone, by the names of those around
    them; none of their values, which may be secrets. The order of elements of one name counts.

    >>> differing("<data><a><b>1</b></a></data>", "<data><a><b>2</b><c/></a></data>")
    ('/a/b', '/a/c')
    """
    if one == other:
        return ()
    try:
        mine, theirs = (read_xml(text, "configuration") for text in (one, other))
    except InputError:
        return ("/",)
    return tuple(dict.fromkeys(islice(_differing(mine, theirs, ""), _MOST_NAMED)))


def _differing(one: Statement, other: Statement, path: str) -> Iterator[str]:
    if one.value != other.value:
        yield path or "/"
    mine, theirs = _by_name(one), _by_name(other)
    for name in dict.fromkeys([*mine, *theirs]):
        own = f"{path}/{name[1]}"
        for left, right in zip_longest(mine[name], theirs[name]):
            if left is None or right is None:
                yield own
            else:
                yield from _differing(left, right, own)


def _by_name(one: Statement) -> dict[tuple[str | None, str], list[Statement]]:
    found: dict[tuple[str | None, str], list[Statement]] = defaultdict(list)
    for inner in one.inside:
        found[inner.namespace, inner.name].append(inner)
    return found
