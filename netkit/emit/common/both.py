"""Two files of one router, where the XML says all that the text says and more."""

from __future__ import annotations

from collections.abc import Callable

from netkit.emit.dialect import Carried, Parsed
from netkit.errors import InputError


def of_both(
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
