"""What a file says to its readers: what it is, and what of the router's state is not in it."""

from __future__ import annotations

from netkit.emit.dialect import Carried


def comments(carried: Carried, what: str) -> tuple[str, ...]:
    """Lines of printable ASCII, without the marks of a comment: ``what`` the file is, then one for
    each thing that is left out."""
    lines = [f"{carried.state.router}: {what}"]
    lines.extend(f"Left out: {one.what}: {one.why}" for one in carried.left_out)
    return tuple(_printable(line) for line in lines)


def _printable(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if " " <= c <= "~" else ascii(c)[1:-1] for c in text)
