"""When the flows of an agent send: each at its own place in its interval, or at random."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from netkit.probe.agent.flow import AgentFlow, FlowKey
from netkit.probe.agent.rows import Numbers


class Schedule:
    """The random gaps of Poisson flows (RFC 2330 §11.1.1); of the others FLOWS knows enough."""

    def __init__(self) -> None:
        self._random: dict[FlowKey, tuple[Random, float]] = {}

    def first_ns(self, flow: AgentFlow, now_ns: int, wall_ns: int) -> int:
        """When a flow that begins now sends its first probe."""
        if not flow.poisson:
            return now_ns + (flow.phase_ns - wall_ns) % flow.interval_ns
        random = Random(flow.seed)  # noqa: S311 - spreads load, guards nothing
        at_ns = now_ns + random.expovariate(1 / flow.interval_ns)
        self._random[flow.key] = random, at_ns
        return int(at_ns)

    def keep(self, keys: set[FlowKey]) -> None:
        """Forget all others."""
        self._random = {key: value for key, value in self._random.items() if key in keys}

    def advance(
        self, flows: Sequence[AgentFlow], state: NDArray[np.void], due: Numbers, now_ns: int
    ) -> list[tuple[int, int]]:
        """Set when each of ``due`` sends next; which have missed how many probes.

        Those that would be an interval late or more are missed.
        """
        interval_ns, next_ns = state["interval_ns"][due], state["next_ns"][due]
        missed = np.maximum((now_ns - next_ns) // interval_ns - 1, 0)
        state["next_ns"][due] = next_ns + (1 + missed) * interval_ns
        counts = dict(zip(due[missed > 0].tolist(), missed[missed > 0].tolist(), strict=True))
        if self._random:
            for flow in due.tolist():
                if flows[flow].poisson:
                    state["next_ns"][flow], counts[flow] = self._random_gap(flows[flow], now_ns)
        return [(flow, count) for flow, count in counts.items() if count]

    def _random_gap(self, flow: AgentFlow, now_ns: int) -> tuple[int, int]:
        """When it sends next, and how many it has missed."""
        random, at_ns = self._random[flow.key]
        at_ns += random.expovariate(1 / flow.interval_ns)
        missed = 0
        while at_ns < now_ns - flow.interval_ns:
            at_ns += random.expovariate(1 / flow.interval_ns)
            missed += 1
        self._random[flow.key] = random, at_ns
        return int(at_ns), missed
