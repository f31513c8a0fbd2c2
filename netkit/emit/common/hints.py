"""A file that is given to the wrong parser is refused with a hint, not read as nothing known."""

from __future__ import annotations

from netkit.emit.recognise import hint, marks, shows
from netkit.errors import InputError


def refuse_others(text: str, file: str, platform: str) -> None:
    """Refuse a text that shows marks of other platforms and none of ``platform``.

    Raises:
        InputError: naming the platform whose it seems to be, and the line of the mark.
    """
    if shows(text, platform):  # most do, by their first line: no more of them is searched
        return
    found = marks(text)
    if not found:
        return
    seen = next(iter(found.values()))
    raise InputError.single(
        f"this is no file of {platform}",
        file=file,
        line=text.count("\n", 0, seen.start()) + 1,
        value=" ".join(seen.group().split()),
        expected=f"configuration of {platform}",
        remedy=hint(text, platform),
    )
