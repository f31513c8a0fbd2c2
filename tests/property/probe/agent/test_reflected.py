"""Windows of a reflector against the sender's own, over ways that lose, copy, delay and overtake,
with senders that begin anew and clocks that are set: what is whole at both ends is the same."""

from __future__ import annotations

import heapq
from collections import defaultdict
from random import Random

import pytest

from netkit.probe.agent.reflected.counts import WindowCounts
from netkit.probe.agent.reflected.session import HeardSession, Refused
from netkit.probe.agent.timeline import Timeline

MS, S = 10**6, 10**9
EPOCH_NS = 1_700_000_000 * S
LENGTH_NS, PATIENCE_NS = 2 * S, 3 * S


class World:
    """A sender, a way, and a reflector; ``truth`` is by run and window, ``sent`` is what is whole
    there: the first window of a name, as stores keep it."""

    def __init__(self, seed: int, trouble: float) -> None:
        self.random, self.trouble = Random(seed), trouble
        self.heard = HeardSession(LENGTH_NS, PATIENCE_NS)
        self.seen: dict[int, WindowCounts] = {}
        self.arrived: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self.kept: dict[int, tuple[int, bool]] = {}
        self.requests = self.told = 0
        self._way: list[tuple[int, int, int, int, tuple[int, int]]] = []
        self._run, self._set_ns, self._stepped = 0, 0, False
        self._begin()

    def _begin(self) -> None:
        self._timeline, self._number, self._run = Timeline(LENGTH_NS), 0, self._run + 1
        self._port = self._port if self.random.random() < 0.3 and self._run > 1 else self._run
        self._turns: dict[int, tuple[int, bool]] = {}

    def _end_run(self) -> None:
        for number, (start_ns, _) in sorted(self._turns.items()):
            whole = self._timeline.turn(number).whole and 0 < number < self._timeline.now
            self.kept.setdefault(start_ns, (self._run, whole))

    def live(self, seconds: int) -> None:
        now_ns, interval_ns = 0, self.random.choice((40, 130, 370)) * MS
        while now_ns < seconds * S:
            now_ns += interval_ns
            self._mishap()
            self._send(now_ns)
            self._arrive(now_ns)
            for start_ns, counts in self.heard.over(now_ns):
                self._keep(start_ns, counts)
        self._end_run()
        self._arrive(now_ns + 60 * S)
        for start_ns, counts in self.heard.end():
            self._keep(start_ns, counts)

    def _keep(self, start_ns: int, counts: WindowCounts) -> None:
        self.told += counts.received + counts.duplicates
        self.seen.setdefault(start_ns, counts)

    def _mishap(self) -> None:
        luck = self.random.random() / max(self.trouble, 1e-9)
        if luck < 0.002:
            self._end_run()
            self._begin()
        elif luck < 0.006:
            self._set_ns += self.random.choice((-1, 1)) * self.random.randrange(5 * S)
            self._stepped = True

    def _send(self, now_ns: int) -> None:
        random, t1_ns = self.random, EPOCH_NS + now_ns + self._set_ns
        turn = self._timeline.look(t1_ns, stepped=self._stepped)
        self._stepped = False
        start_ns = self._timeline.turn(turn).start_ns
        self._turns[turn] = start_ns, True
        copies = 1
        if random.random() < self.trouble:
            copies = random.choice((0, 0, 0, 2))
        for _ in range(copies):
            slow = random.random() < self.trouble
            at_ns = now_ns + random.randrange(20 * MS, (900 if slow else 21) * MS)
            place = self._run, start_ns
            heapq.heappush(self._way, (at_ns, self._number, t1_ns, self._port, place))
        self._number += 1

    def _arrive(self, now_ns: int) -> None:
        while self._way and self._way[0][0] <= now_ns:
            at_ns, number, t1_ns, port, place = heapq.heappop(self._way)
            self.requests += 1
            self.arrived[place].append(number)
            counted = self.heard.hear(port, number, t1_ns, EPOCH_NS + at_ns, at_ns)
            self.told += isinstance(counted, Refused)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_whole_at_both_ends_is_the_same(seed):
    world = World(seed, trouble=(0, 0.02, 0.2)[seed % 3])
    world.live(120)
    compared = 0
    for start_ns, (run, whole) in world.kept.items():
        counts = world.seen.get(start_ns)
        if counts is None or not (whole and counts.whole):
            continue
        compared += 1
        numbers = world.arrived[run, start_ns]
        assert counts.received == len(set(numbers)), (start_ns - EPOCH_NS) // S
        assert counts.duplicates == len(numbers) - len(set(numbers))
    assert world.requests == world.told, "each is in a window, or refused"
    assert compared >= (50 if seed % 3 == 0 else 5)
