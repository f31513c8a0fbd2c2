"""A catalogue of gettext (``.po``) as a mapping, read as it lies: nothing is to be compiled.

What is read is what Babel writes: comments, ``msgctxt``, ``msgid`` and ``msgstr``, each a string or
several in lines below one another. Plural forms are not used; see :mod:`netkit.language.words`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

Catalogue = Mapping[tuple[str, str], str]
"""Translations by context, which may be empty, and message."""


def shipped_catalogue(language: str) -> Catalogue:
    """The catalogue of a language that netkit comes with. Raises OSError where there is none."""
    place = files("netkit.language").joinpath("locale", language, "LC_MESSAGES", "netkit.po")
    return read_catalogue(place.read_text(encoding="utf-8"))


def read_catalogue(text: str) -> Catalogue:
    """What a file of gettext translates; what its writers have marked as a guess is left out.

    O(characters). Lines that are no gettext raise ValueError.
    """
    found = {}
    for entry in text.split("\n\n"):
        fields, guessed = _fields(entry)
        if not guessed and fields.get("msgid") and fields.get("msgstr"):
            found[fields.get("msgctxt", ""), fields["msgid"]] = fields["msgstr"]
    return found


def _fields(entry: str) -> tuple[dict[str, str], bool]:
    """The strings of one entry by their keywords, and whether it is marked ``fuzzy``."""
    fields: dict[str, str] = {}
    keyword, guessed = "", False
    for line in entry.splitlines():
        if line.startswith("#"):
            guessed = guessed or (line.startswith("#,") and "fuzzy" in line)
            continue
        before, quote, string = line.partition('"')
        keyword = before.strip() or keyword
        fields[keyword] = fields.get(keyword, "") + _unquoted(quote + string)
    return fields, guessed


def _unquoted(string: str) -> str:
    """Strings of gettext are those of C; those that Babel writes are those of JSON."""
    plain = len(string) > 1 and string[0] == string[-1] == '"' and "\\" not in string
    return string[1:-1] if plain else str(json.loads(string))
