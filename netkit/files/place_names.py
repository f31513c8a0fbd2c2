"""The Chinese names of places: wherever a place, hub or site is asked for, they will do.

The table that ships pairs them with the names that topologies use. It goes both ways: a topology
may have Chinese names and be asked with others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

from netkit.errors import did_you_mean
from netkit.files.reading.csv_rows import csv_rows
from netkit.files.reading.files import read_text
from netkit.files.reading.findings import Findings

_Value = TypeVar("_Value")

_FILE = Path(__file__).with_name("shipped") / "place-names.csv"
_COLUMNS = ("kind", "name", "chinese")
_ENDINGS = {"city": ("", "市"), "hub": ("", "枢纽", "枢纽节点"), "cluster": ("",)}
"""What names of a kind may end in."""


class NameKind(StrEnum):
    """What a name is that of."""

    CITY = "city"
    HUB = "hub"
    CLUSTER = "cluster"


PLACES = (NameKind.CITY, NameKind.HUB)


def also_called(word: str, kinds: Iterable[NameKind] = PLACES) -> tuple[str, ...]:
    """Other names of the place that ``word`` names; none for a word that is not in the table."""
    names = _names()
    found = (name for kind in kinds for name in names[kind].get(word, ()))
    return tuple(dict.fromkeys(name for name in found if name != word))


def by_other_names(
    known: Mapping[str, _Value], kinds: Iterable[NameKind] = PLACES
) -> dict[str, _Value]:
    """``known`` and, for each word of it, the other names of that place that are not words of it.

    A name that would stand for two different values is left out.
    """
    more: dict[str, list[_Value]] = defaultdict(list)
    for word, value in known.items():
        for other in also_called(word, kinds):
            if other not in known and value not in more[other]:
                more[other].append(value)
    return {**{word: values[0] for word, values in more.items() if len(values) == 1}, **known}


def place_meant(word: str, known: Iterable[str]) -> str | None:
    """ "Did you mean …?" for the known word that is nearest to ``word``, to another name of the
    place that it names, or by another name of its own; None where none is near. Words that begin
    with a name of the very place come before others that look like it.

    >>> place_meant("上每", ["Shanghai", "Nanjing"]), place_meant("芜湖", ["nanjing", "wuhu-dc"])
    ("Did you mean '上海'?", "Did you mean 'wuhu-dc'?")
    """
    words, others = list(known), also_called(word, NameKind)
    names = (word, *others)
    own = _named_after(names, words) if others else []
    if not own:  # Xian is no slip for Xiangyang
        bare = {_bare(one) for one in names if one != _bare(one)}
        names = tuple(one for one in names if one == word or one not in bare)
    # Who names a place of the table has hardly misspelled another.
    alike = (did_you_mean(one, own or words) for one in names)
    found = next(filter(None, alike), None)
    return found or did_you_mean(word, by_other_names({one: one for one in words}))


def _named_after(names: Iterable[str], words: Iterable[str]) -> list[str]:
    """Words that begin with one of ``names`` and go on with no letter, as ``xian-ct``; if there are
    none, all that begin with one that is not a :func:`_bare` name."""
    begun = {one.casefold() for one in names}
    whole = begun - {_bare(one) for one in begun if one != _bare(one)}
    keys = [(one, one.casefold()) for one in words]
    ended = [
        one
        for one, key in keys
        if any(key.startswith(name) and not key[len(name) :][:1].isalpha() for name in begun)
    ]
    return ended or [one for one, key in keys if key.startswith(tuple(whole))]


def _bare(name: str) -> str:
    """A name where there can be no apostrophe, as of routers: ``Xian`` for ``Xi'an``."""
    return name.replace("'", "")


@cache
def _names() -> dict[NameKind, dict[str, tuple[str, ...]]]:
    """Of each kind, every name with all names of the same place."""
    findings = Findings(str(_FILE))
    found: dict[NameKind, dict[str, tuple[str, ...]]] = {kind: {} for kind in NameKind}
    for row in csv_rows(read_text(_FILE), findings, _COLUMNS):
        kind, name = NameKind(row.cells["kind"]), row.cells["name"]
        chinese = [one + end for one in row.cells["chinese"].split() for end in _ENDINGS[kind]]
        names = tuple(dict.fromkeys((name, _bare(name), *chinese)))
        for word in names:
            found[kind][word] = tuple(dict.fromkeys((*found[kind].get(word, ()), *names)))
    findings.check()
    return found
