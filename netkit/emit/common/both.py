"""The files of one router: each read by itself, and two of them held against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netkit.emit.dialect import Carried, Parsed
from netkit.errors import InputError

Reader = Callable[[str, str, str], Parsed]
"""Reads the text of a file, by the file's name and the router's."""


def _all_of_it(carried: Carried) -> Carried:
    return carried


def of_files(
    files: Mapping[str, str],
    readers: Mapping[str, Reader],
    router: str,
    part: Callable[[Carried], Carried] = _all_of_it,
) -> Parsed:
    """What the files of a router say, by suffix, one or two of them.

    ``readers`` are by suffix, the fullest file first; ``part`` is what of it the other one says.
    Raises InputError as the readers do, and where two files differ.
    """
    found = [
        read(files[suffix], f"{router}{suffix}", router)
        for suffix, read in readers.items() if suffix in files
    ]  # fmt: skip
    return found[0] if len(found) == 1 else _of_both(found[0], found[1], part, router)


def _of_both(
    xml: Parsed, text: Parsed, for_cli: Callable[[Carried], Carried], router: str
) -> Parsed:
    """What both files say together: the XML, whose part for the text must be what the text says.

    Raises:
        InputError: where the two differ: no one can tell which of them is meant.
    """
    if for_cli(Carried(xml.state)).state != text.state:
        raise InputError.single(
            "the two files of a router do not say the same",
            file=router,
            remedy="Read one of them, or write both anew.",
        )
    return Parsed(xml.state, (*xml.foreign, *text.foreign))
