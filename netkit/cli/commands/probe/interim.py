"""How a run stands, line by line into a file or a pipe, while it goes on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from netkit.errors import InputError
from netkit.report.documents.probe.interim import interim_line
from netkit.store.own_files import document_of
from netkit.store.text_files import is_standard_output, refuse_link

if TYPE_CHECKING:
    from netkit.probe.sender.result import Snapshot

Watch = Callable[["Sequence[Snapshot]"], None]

_STANDARD_OUTPUT = "-"
_MOST_CHARACTERS = 4096
_is_own = document_of("probe-interim")


def require_lines(place: Path | None) -> None:
    """Lines are added to a file of such lines, and to none with something else in it."""
    if place is None or str(place) == _STANDARD_OUTPUT or not place.is_file():
        return
    with place.open(encoding="utf-8", errors="replace") as file:
        first = file.readline(_MOST_CHARACTERS)
    if first and not _is_own(first):
        raise InputError.argument(
            "interim", value=place, expected="a new file, or one of such lines, or a pipe"
        )


@contextmanager
def telling(place: Path | None, every_s: float, watch: Watch) -> Iterator[Watch]:
    """``watch``, and a line of JSON to ``place`` every so many seconds; ``-`` is stdout.

    Lines are added to a file that exists; a new one without a line, as on a full disk, is not left
    behind. Once nobody reads any more, nothing is written any more, and the run goes on.
    """
    if place is None:
        yield watch
        return
    refuse_link(place)
    here = str(place) == _STANDARD_OUTPUT or is_standard_output(place)
    is_new = not here and not place.exists()
    out = sys.stdout if here else place.open("a", encoding="utf-8")
    lines = _Lines(out, every_s)
    try:

        def both(flows: Sequence[Snapshot]) -> None:
            watch(flows)
            lines.tell(flows)

        yield both
    finally:
        if out is not sys.stdout:
            lines.close()
        if is_new and place.is_file() and not place.stat().st_size:
            place.unlink()


class _Lines:
    def __init__(self, out: TextIO, every_s: float) -> None:
        self._out: TextIO | None = out
        self._every_s = every_s
        self._due_s = time.monotonic() + every_s

    def tell(self, flows: Sequence[Snapshot]) -> None:
        """Write a line if it is time."""
        now_s = time.monotonic()
        if self._out is None or now_s < self._due_s:
            return
        self._due_s += self._every_s * max(1, (now_s - self._due_s) // self._every_s + 1)
        try:
            self._out.write(interim_line(datetime.now(UTC), flows))
            self._out.flush()
        except OSError:
            self.close()

    def close(self) -> None:
        """Write no more."""
        out, self._out = self._out, None
        if out is not None and out is not sys.stdout:
            # What could not be written is dropped, and does not fail once more.
            devnull = os.open(os.devnull, os.O_WRONLY)
            try:
                out.flush()
            except OSError:
                os.dup2(devnull, out.fileno())
            out.close()
            os.close(devnull)
