"""Where a line of prose may end: at spaces and between Chinese characters, never inside a name as
long as there is another place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

_HAN = r"\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
_NO_BEGIN = "，。；：、）》」』！？％…,.;:)]"
_NO_END = "（《「『("
_UNIT = r"(?:ns|µs|ms|s|min|h|d|km|%|bytes|Gb/s|Mb/s)(?![\w/])"
_GOOD = re.compile(
    rf"(?<=\S)(?<![0-9])\ +(?=\S)"  # a space,
    rf"|(?<=[0-9])\ +(?!{_UNIT}|[{_HAN}])(?=\S)"  # but not between a figure and its unit
    rf"|(?<=[{_HAN}])(?=[^\s{re.escape(_NO_BEGIN)}])(?<![{re.escape(_NO_END)}])"
    rf"|(?<=[^\s{re.escape(_NO_END)}])(?=[{_HAN}])(?![{re.escape(_NO_BEGIN)}])"
)
_POOR = re.compile(r"(?<=[:~/,])(?=\S)")
"""Where long names are put together."""

_COLUMN = re.compile(r"^ *- | {2,}|^ ")
"""Where a line is in columns, what is folded of the last goes on below its beginning."""


def folded(text: str, width: int) -> Iterator[tuple[int, int, int]]:
    """The lines of ``text``, which has no line feed, in ``width`` columns: where each begins and
    ends in it, and by how many columns it is moved in.

    >>> [" " * by + "- 3 km of it"[a:b] for a, b, by in folded("- 3 km of it", 8)]
    ['- 3 km', '  of it']
    """
    half = width // 2
    inward = max(
        (one.end() for one in _COLUMN.finditer(text, 0, half) if text[one.end() :]), default=0
    )
    begin, by = 0, 0
    while cell_len(text[begin:]) > width - by:
        end, then = _end(text, begin, width - by)
        yield begin, end, by
        begin, by = then, inward
    yield begin, len(text), by


def _end(text: str, begin: int, width: int) -> tuple[int, int]:
    """Where the line that begins there ends, and where the next begins."""
    furthest = _furthest(text, begin, width)
    good = _last(_GOOD, text, begin, furthest)
    if good is not None and good[0] - begin > (furthest - begin) // 3:
        return good
    # Else a line of one short word, for the sake of a name that is then broken all the same.
    found = [one for one in (good, _last(_POOR, text, begin, furthest)) if one is not None]
    return max(found, default=(furthest, furthest))


def _last(places: re.Pattern[str], text: str, begin: int, furthest: int) -> tuple[int, int] | None:
    """The last of these places that has room."""
    found = None
    for one in places.finditer(text, begin + 1):
        if one.start() > furthest:
            break
        found = one
    if found is None or not text[begin : found.start()].strip():
        return None
    return found.start(), found.end()


def _furthest(text: str, begin: int, width: int) -> int:
    """Behind the last character that has room, one at least."""
    end, used = begin, 0
    while end < len(text) and used + cell_len(text[end]) <= width:
        used += cell_len(text[end])
        end += 1
    return max(end, begin + 1)
