"""Which of Python's packages a guest needs: those that this netkit runs with, in its versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

Requires = Callable[[str], Sequence[str] | None]
"""What an installed distribution requires, as its metadata have it; None: it is not installed."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


def normalized(name: str) -> str:
    """The one spelling of a distribution's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(root: str, extras: Collection[str], requires: Requires) -> frozenset[str]:
    """All that ``root`` with its ``extras`` needs and that is installed, without itself.

    What other machines or older Pythons need is not installed here, so that no marker but that of
    an extra has to be read.
    """
    found: set[str] = set()
    waiting = [(root, frozenset(extras))]
    while waiting:
        name, wanted = waiting.pop()
        for text in requires(name) or ():
            needed = _needed(text, wanted)
            if needed is not None and needed not in found and requires(needed) is not None:
                found.add(needed)
                waiting.append((needed, frozenset(_extras_of(text))))
    return frozenset(found - {normalized(root)})


def _needed(requirement: str, wanted: Collection[str]) -> str | None:
    """The name, unless the requirement is of an extra that nobody wants."""
    name = _NAME.match(requirement)
    extra = _EXTRA.search(requirement)
    if name is None or (extra is not None and extra[1] not in wanted):
        return None
    return normalized(name[0])


def _extras_of(requirement: str) -> list[str]:
    asked = re.match(r"[^;\[]*\[([^\]]*)\]", requirement)
    return [] if asked is None else [one.strip() for one in asked[1].split(",")]


def locked(lock: str, names: Iterable[str]) -> list[str]:
    """The entries of these distributions in a lock of ``pip``, each with its hashes.

    The lock has all that is ever installed: what is not in it, some other package carries inside.
    """
    entries: dict[str, str] = {}
    for entry in re.findall(r"^[A-Za-z0-9](?:[^\\\n]|\\\n)*", lock, re.MULTILINE):
        name = _NAME.match(entry)
        if name is not None:
            entries[normalized(name[0])] = entry
    return [entries[name] for name in sorted(names) if name in entries]


def pinned(versions: Mapping[str, str]) -> list[str]:
    """Requirements of exactly these versions, where nobody has locked them."""
    return [f"{name}=={version}" for name, version in sorted(versions.items())]
