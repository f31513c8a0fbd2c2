"""Whether what was applied keeps its tiers, as windows show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from netkit.model.measurement.window import Window
from netkit.model.upkeep import Pair
from netkit.model.verdict import Verdict
from netkit.monitor.loop.actions import Confirmed, NotConfirmed
from netkit.monitor.loop.state import Loop, LoopState, Probation, Stepped, lists_of


def confirmed(loop: Loop, state: LoopState, windows: Sequence[Window], now_ns: int) -> Stepped:
    """A plan on probation against windows that began since the routers have it. What breaks its
    tier, or is seen inside it by nothing in time, is put back, and its lists are refuted."""
    probation = state.probation
    if probation is None:
        return state, ()
    if probation.since_ns > now_ns:  # by a clock that was ahead: it begins now
        probation = replace(probation, since_ns=now_ns)
    verdicts = list(_verdicts(loop, windows, probation))
    broken = sorted({pair for pair, verdict in verdicts if verdict is Verdict.BREACH})
    passed = {pair for pair, verdict in verdicts if verdict is Verdict.PASS}
    probation = replace(probation, seen=probation.seen | passed)
    missing = sorted(probation.waiting - probation.seen)
    late = now_ns - probation.since_ns > loop.probation_ns
    if broken or (missing and late):
        why = "it breaks its tier" if broken else "nothing has shown it inside its tier in time"
        pairs = tuple(broken or missing)
        told = NotConfirmed(pairs, why, probation.before, state.plan, state.topology)
        refuted = state.refuted | lists_of(state.plan, pairs)
        back = replace(state, plan=probation.before, probation=None, changed_ns=now_ns)
        return replace(back, refuted=refuted), (told,)
    if missing:
        return replace(state, probation=probation), ()
    return replace(state, probation=None), (Confirmed(tuple(sorted(probation.waiting))),)


def _verdicts(
    loop: Loop, windows: Iterable[Window], probation: Probation
) -> Iterator[tuple[Pair, Verdict]]:
    """Of the pairs on probation, by whole windows since the change: each direction is a pair."""
    for window in windows:
        key = window.key
        pair = loop.measures.get((key.src, key.dst, key.flow))
        if pair is None or key.observer != key.src or key.start_ns < probation.since_ns:
            continue
        for ends, one in ((pair, window.forward), (pair[::-1], window.backward)):
            if ends in probation.waiting:
                yield ends, one.verdict
