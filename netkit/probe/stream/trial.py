"""How fast this host can send a stream, tried before it starts: the very rounds of one, over
loopback to a socket of its own.

Each round sleeps, sends, takes in stamps and replies, and decides, as ``runner`` does; what the
other end does in between is not counted. Sizes of rounds take turns, so that what a round costs and
what a probe does can be told apart.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import cycle, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.errors import NetkitError
from netkit.model.units import NS_PER_MS
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.process import prompt_sleep
from netkit.probe.sender.config import SessionConfig
from netkit.probe.stream.mirror import Mirror
from netkit.probe.stream.pace import Pace, Round, pace_of
from netkit.probe.stream.runner import StreamLoop
from netkit.probe.stream.session import StreamSession
from netkit.stats.sample_arrays import Sink

_SHORTEST_NS = 100 * NS_PER_MS
LONGEST_NS = 250 * NS_PER_MS
"""A trial takes a tenth of a second, and up to this where that has shown too little."""

_LOOPBACK = {4: ("127.0.0.1", "::1"), 6: ("::1", "127.0.0.1")}
_SIZES, _SIZES_OF_LONG = (16, 64), (8, 24)
_LONG_BYTES = 1000
"""Of longer probes rounds have fewer: sockets of those without privileges hold no more."""

_BURSTS = 4
"""A round sends at so many places: at its start, and between the parts of taking in."""

_DECIDED = 2
"""In so many rounds at least samples are made."""

_AT_ONCE = 5
"""So many rounds of a size follow each other: the first answers what the other size has left."""

_WINDOW = 1 << 14
"""Of this as many are decided in a round as of the window of a run."""

_COUNT = 1 << 31


def tried_pace(config: SessionConfig, version: int, sink: Sink) -> Pace | None:
    """At which rate this host keeps up with a stream like ``config`` over IP of that version, whose
    samples go to ``sink``.

    None where it cannot be told: there is no loopback, or what is sent over it does
    not arrive.
    """
    for own in _LOOPBACK[version]:
        try:
            return _tried(config, own, sink)
        except (OSError, NetkitError):
            continue  # no such loopback
    return None


def _tried(config: SessionConfig, own: str, sink: Sink) -> Pace | None:
    begun_ns, pace, seen = time.monotonic_ns(), None, list[Round]()
    for one in _rounds(config, own, sink, begun_ns + LONGEST_NS):
        seen.append(one)
        if time.monotonic_ns() >= begun_ns + _SHORTEST_NS:
            pace = pace_of(seen)
            if pace is not None and sum(bool(one.decided) for one in seen) >= _DECIDED:
                break
    return pace


def _rounds(config: SessionConfig, own: str, sink: Sink, end_ns: int) -> Iterator[Round]:
    asked = replace(config, count=_COUNT, interval_ns=1, timeout_ns=NS_PER_MS)
    session = _Timed(asked, sink, window=_WINDOW)
    sizes = _SIZES if config.request_bytes <= _LONG_BYTES else _SIZES_OF_LONG
    with Mirror(own, config.request_bytes) as mirror, closing(open_stamp_socket(own)) as socket:
        loop = StreamLoop(session, socket, mirror.address)
        mirror.hear((own, socket.port))
        session.begin(time.monotonic_ns())
        with prompt_sleep():
            for probes in cycle(size for size in sizes for _ in range(_AT_ONCE)):
                if time.monotonic_ns() >= end_ns:
                    return
                yield from _round(session, loop, mirror, probes)


class _Timed(StreamSession):
    """Remembers when it was asked for what is due, by the time that this thread has had, and how
    many probes were decided."""

    def __init__(self, config: SessionConfig, sink: Sink, *, window: int) -> None:
        super().__init__(config, self._count_for(sink), window=window)
        self.asked_own_ns: list[int] = []
        self.decided = 0

    def _count_for(self, sink: Sink) -> Sink:
        def add(rows: NDArray[np.void]) -> object:
            self.decided += len(rows)
            return sink(rows)

        return add

    def next_requests(
        self,
        now_ns: int,
        wall_ns: int,
        packets: NDArray[np.void],
        read_ns: int | None = None,
    ) -> tuple[int, int]:
        self.asked_own_ns.append(time.thread_time_ns())
        return super().next_requests(now_ns, wall_ns, packets, read_ns)


def _round(session: _Timed, loop: StreamLoop, mirror: Mirror, probes: int) -> Iterator[Round]:
    """One round of so many probes. It counts if all have been sent, and as many answered."""
    first, loop.most = session.sent, probes // _BURSTS
    begun = _now()
    last_own_ns = (session.asked_own_ns or [begun.own_ns])[-1]
    session.asked_own_ns = []
    loop.nap(begun.ns)
    awake = _now()
    loop.send_burst()
    sent = _now()
    answered = mirror.answer()
    back = _now()
    loop.take_in_on_the_way()
    done, session.decided = _now(), 0
    steps = session.settling(time.monotonic_ns())
    turns_ns = [done.own_ns, *(time.thread_time_ns() for _ in steps), time.thread_time_ns()]
    leaving = session.asked_own_ns
    gaps = [later - earlier for earlier, later in pairwise(leaving)]
    gaps[0] -= back.own_ns - sent.own_ns
    if session.sent - first == probes == answered:
        yield Round(
            probes,
            awake.ns - begun.ns,
            sent.ns - awake.ns + done.ns - back.ns,
            sent.own_ns - awake.own_ns + done.own_ns - back.own_ns,
            leaving[0] - last_own_ns,
            max(gaps),
            session.decided,
            turns_ns[-1] - turns_ns[0] if session.decided else 0,
            max(later - earlier for earlier, later in pairwise(turns_ns)),
        )


class _Now(NamedTuple):
    """The monotonic clock, and how long this thread has had a processor."""

    ns: int
    own_ns: int


def _now() -> _Now:
    return _Now(time.monotonic_ns(), time.thread_time_ns())
