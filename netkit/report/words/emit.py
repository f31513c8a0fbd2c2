"""What files leave out, in a few lines for all routers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from netkit.emit.network import RouterFiles


def left_out_lines(routers: Iterable[RouterFiles]) -> Iterator[str]:
    """A line for each target and reason: how often, the first example, why; the most first."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for one in routers:
        for left in one.left_out:
            key = (one.target, left.why)
            counts[key] += 1
            first.setdefault(key, f"{one.router}: {left.what}")
    for (target, why), count in counts.most_common():
        example = first[target, why]
        more = "" if count == 1 else f" and {count - 1} more"
        yield f"{target}: left out {example}{more}: {why}"
