"""History where clocks bound nothing: the certified intervals of the mesh instead.

Certificates are worked out from windows when these come together (docs/clocks.md), and are in none
of the rows that roll-up makes. So windows are read, an hour at a time, as far as they are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from netkit.model.measurement.window import DirectionWindow
from netkit.model.verdict import Verdict, worst
from netkit.stats.clocks.clock_bounds import Contradiction
from netkit.stats.windows.history import DirectionHistory, History
from netkit.stats.windows.joined import joined_sessions
from netkit.store.windows.levels import HOUR_NS, floor
from netkit.workflows.monitoring.mesh import MeshReader

Interval = tuple[int, int]
_Names = tuple[str, str, str]


@dataclass(slots=True)
class _Piece:
    """What the windows of one row say together: None once one of them says nothing."""

    interval: Interval | None = None
    verdict: Verdict = Verdict.PASS
    known: bool = True

    def add(self, part: DirectionWindow) -> None:
        """One window more, whose least delay lies in its interval: the least of all then lies
        between the least of the lower ends and the least of the upper ones."""
        self.verdict = worst((self.verdict, part.verdict))
        found = _interval(part)
        if found is None:
            self.known = False
        elif self.interval is None:
            self.interval = found
        else:
            self.interval = min(self.interval[0], found[0]), min(self.interval[1], found[1])


def with_certificates(found: History, reader: MeshReader) -> History:
    """The rows of the reader's campaign whose clocks bound nothing, with the interval of their
    least delay and the verdict of their windows; all others as they are.

    A row of whose time windows are gone stays as it is, and so does one with a window of which
    nothing is certain; where that is as no clocks explain it, the last such stretch of time says
    why. Reads every window of the campaign in that time. Raises StoreError.
    """
    kept_ns = reader.store.kept_since_ns()
    wanted = [row for row in found.rows if _wanted(row, reader.campaign, kept_ns)]
    if not wanted:
        return found
    spans = {(row.since_ns, row.until_ns) for row in wanted}
    against: dict[int, Contradiction] = {}
    pieces = {span: dict(_pieces(reader, *span, against)) for span in sorted(spans)}
    rows = [_certified(row, pieces.get((row.since_ns, row.until_ns), {})) for row in found.rows]
    last = against[max(against)] if against else None
    return replace(found, rows=rows, contradiction=last)


def _wanted(row: DirectionHistory, campaign: str, kept_ns: int) -> bool:
    open_ = row.delay is not None and row.uncertainty_ns is None and row.certified_ns is None
    return open_ and row.campaign == campaign and row.since_ns >= kept_ns


def _pieces(
    reader: MeshReader, since_ns: int, until_ns: int, against: dict[int, Contradiction]
) -> Iterator[tuple[_Names, _Piece]]:
    """What the windows of a time say of each direction; ``against`` gets the stretches of it that
    no clocks explain."""
    found: dict[_Names, _Piece] = {}
    for begin_ns in range(floor(since_ns, HOUR_NS), until_ns, HOUR_NS):
        within = max(since_ns, begin_ns), min(until_ns, begin_ns + HOUR_NS)
        certified = reader.certified(*within)
        against.update(certified.contradictions)
        for one in joined_sessions(certified.windows):
            src, dst, flow = one.key.src, one.key.dst, one.key.flow
            ways = ((src, dst, one.forward), (dst, src, one.backward))
            for a, b, part in ways:
                if part.delay is not None and part.delay.count:
                    found.setdefault((a, b, flow), _Piece()).add(part)
    yield from found.items()


def _certified(row: DirectionHistory, pieces: Mapping[_Names, _Piece]) -> DirectionHistory:
    piece = pieces.get((row.src, row.dst, row.flow))
    if piece is None or not piece.known or row.uncertainty_ns is not None:
        return row
    return replace(row, certified_ns=piece.interval, verdict=piece.verdict)


def _interval(part: DirectionWindow) -> Interval | None:
    """Where the least delay lies, by the mesh or by what both clocks claim."""
    if part.certified_ns is not None or part.uncertainty_ns is None:
        return part.certified_ns
    least_ns = None if part.delay is None else part.delay.min_ns
    if least_ns is None:
        return None
    return least_ns - part.uncertainty_ns, least_ns + part.uncertainty_ns
