"""Dialects of a text and an XML for each router: each read by itself, and both held against each
other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.emit.dialect import Carried, Parsed, Unmade
from netkit.emit.limits import Exceeded
from netkit.errors import InputError
from netkit.model.router_state import RouterState

TEXT, XML = ".cfg", ".xml"

Reader = Callable[[str, str, str], Parsed]
"""Reads the text of a file, by the file's name and the router's."""


def all_of_it(carried: Carried) -> Carried:
    """The text says what the XML says."""
    return carried


def _none(_state: RouterState) -> Mapping[IPv6Address, Unmade]:
    return {}


@dataclass(frozen=True, slots=True)
class TextAndXml:
    """A dialect (:class:`~netkit.emit.dialect.Dialect`) of a platform's text in ``.cfg`` and of its
    XML in ``.xml``, made of the functions of its room; ``for_text`` is what of the state the text
    says, ``makes_not`` what :class:`~netkit.emit.dialect.NamesUnmade` asks for."""

    name: str
    beyond: Callable[[RouterState, str | None], tuple[Exceeded, ...]]
    project: Callable[[RouterState], Carried]
    written: Callable[[Carried], tuple[str, str]]
    read_text: Reader
    read_xml: Reader
    for_text: Callable[[Carried], Carried] = all_of_it
    makes_not: Callable[[RouterState], Mapping[IPv6Address, Unmade]] = _none
    version: str | None = None
    suffixes: tuple[str, ...] = (TEXT, XML)

    @property
    def whole(self) -> bool:
        """Does the text by itself say all of it?"""
        return self.for_text is all_of_it

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """Limits of that version, or of the dialect's own where none is given."""
        return self.beyond(state, version or self.version)

    def carried(self, state: RouterState) -> Carried:
        """What the XML says."""
        return self.project(state)

    def unmade(self, state: RouterState) -> Mapping[IPv6Address, Unmade]:
        """SIDs that the platform gives out by itself."""
        return self.makes_not(state)

    def render(self, carried: Carried) -> Mapping[str, str]:
        """Both files."""
        return dict(zip((TEXT, XML), self.written(carried), strict=True))

    def part(self, carried: Carried, suffix: str) -> Carried:
        """What one of the files says: the XML all of it."""
        return self.for_text(carried) if suffix == TEXT else carried

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """The state of the XML where it is given, else of the text; given both, they must agree.

        Raises:
            InputError: a file of another platform, one that cannot be read, or two that differ.
        """
        readers = {XML: self.read_xml, TEXT: self.read_text}
        return of_files(files, readers, router, self.for_text)


def of_files(
    files: Mapping[str, str],
    readers: Mapping[str, Reader],
    router: str,
    part: Callable[[Carried], Carried] = all_of_it,
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
