"""How long an IGP took after each event, from when each router changed its routes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from netkit.lab.drills.analysis.windows import Moment
from netkit.lab.igp.comparison import IgpComparison
from netkit.model.drills.result import Reconvergence
from netkit.model.drills.scenario import DrillPhase
from netkit.model.units import NS_PER_MS

_EVENTS = frozenset({DrillPhase.OUTAGE, DrillPhase.DEGRADED, DrillPhase.RESTORED})


def reconvergences(
    moments: Iterable[Moment],
    changes: Sequence[tuple[int, str]],
    tables: Mapping[int, IgpComparison],
    end_ns: int,
) -> Iterator[Reconvergence]:
    """One for each event after which a router changed a route, or should have: none did, and the
    tables are not the planner's. ``changes`` are (when, ns since 1970; router), ``tables`` what was
    compared with the planner's after an event."""
    events = sorted(
        (one.start_ns, one.event) for one in moments if one.phase in _EVENTS and one.only is None
    )
    for (start_ns, event), (until_ns, _) in pairwise([*events, (end_ns, -1)]):
        own = [(at, router) for at, router in changes if start_ns <= at < until_ns]
        after_ms = [(at - start_ns) / NS_PER_MS for at, _ in own]
        compared = tables.get(event)
        if own or (compared is not None and not compared.equal):
            yield Reconvergence(
                event, len({router for _, router in own}),
                min(after_ms, default=None), max(after_ms, default=None),
                None if compared is None else compared.pairs,
                None if compared is None else tuple(map(str, compared.differences)),
            )  # fmt: skip
