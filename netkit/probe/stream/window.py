"""The latest probes of a stream and what is known of them; decided ones go to the sink as samples.

Rows are kept in a ring by sequence number, also for a while after they were decided: to tell which
way a probe was lost, the answers around it are needed. A probe goes through these states::

    no row -> open            add(): handed out; it takes one place of half of the ring
              -> answered     answer(): its first reply; further ones are counted in its row
              -> refused      an ICMP error; a reply that still comes outweighs it
              -> not sent     the sender's own host refused it
    any of these -> decided   settle(), two timeouts after it was sent (one, if room is short), or
                              finish(): its sample is in the sink, and nothing changes it any more
    decided -> no row         its place is taken by the probe ``size`` numbers later

Probes are decided in order. One that is open by then is lost, in the direction that the answers of
the others show.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from netkit.probe.stream.follow_ups import FollowUpLog
from netkit.probe.stream.losses import LossDirections
from netkit.probe.stream.rows import ROWS, rows_of_new
from netkit.probe.stream.samples import samples_of
from netkit.stats.sample_arrays import SAMPLES, UNKNOWN, Sink

_NEW = rows_of_new(1)

_CHUNKS = 16
STEP = 1024
"""So many are decided at once."""

_PIECE = 256
"""Of so many samples are made between two pauses."""


class ProbeRing:
    """Probes ``oldest`` to ``end``; those before ``decided`` have gone to the sink.

    ``size`` is a power of two. Numbers from ``count`` on are kept, but are no samples.
    """

    def __init__(self, size: int, count: int, timeout_ns: int, sink: Sink) -> None:
        self.size = size
        self.rows = np.zeros(size, ROWS)
        # All of it at once: the kernel takes milliseconds for pages that are touched on the way.
        self.rows[: count + 1] = _NEW
        self.silent = np.zeros(size, np.bool_)
        self.end = 0
        self.decided = 0
        self.open = 0
        self.answered = 0
        self.stateful = False
        self.undecided = 0
        self._chunk = max(1, size // _CHUNKS)
        self._step = min(self._chunk, STEP)
        self._count = count
        self._timeout_ns = timeout_ns
        self._sink = sink
        self._follow_ups = FollowUpLog(size)
        self._losses = LossDirections(self.rows, self.silent, self._step)
        self._last_answered = -1
        self._heard: list[NDArray[np.int64]] = []

    @property
    def oldest(self) -> int:
        """The lowest number that still has its row."""
        return max(0, self.end - self.size)

    @property
    def room(self) -> int:
        """How many probes may be added: half of the ring is for those that are decided."""
        return self.size // 2 - (self.end - self.decided)

    def at(self, sequences: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of these numbers in ``rows``."""
        return sequences & (self.size - 1)

    def add(self, count: int) -> NDArray[np.int64]:
        """Make rows for the next ``count`` probes; their numbers."""
        sequences = np.arange(self.end, self.end + count)
        places = self.at(sequences)
        self.rows[places] = _NEW
        self.silent[places] = True
        self._losses.begin(self.end, self.end + count)
        self.end += count
        self.open += count
        return sequences

    def mark(self, sequence: int, what: str) -> None:
        """A probe is ``refused``, or was ``not_sent``: it is not waited for any more."""
        place = sequence & (self.size - 1)
        self.open -= int(self.silent[place])
        self.silent[place] = False
        self.rows[what][place] = True

    def waiting(self, now_ns: int) -> int:
        """How many may still be answered in time."""
        sent_ns, most = self.rows["sent_ns"], self.size - 1
        numbers = range(self.decided, max(self.decided, min(self.end, self._count)))
        overdue = bisect_right(
            numbers, now_ns - self._timeout_ns, key=lambda number: sent_ns[number & most]
        )
        in_time = np.arange(self.decided + overdue, numbers.stop)
        return int(np.count_nonzero(self.silent[self.at(in_time)]))

    def latest_open_ns(self) -> int | None:
        """When the last of those was sent that nothing has been heard of; None if there is none."""
        places = self.at(np.arange(self.decided, min(self.end, self._count)))
        places = places[self.silent[places]]
        return int(self.rows["sent_ns"][places].max()) if len(places) else None

    def recent_round_trips_ns(self, limit: int) -> tuple[int, ...]:
        """Those of the latest ``limit`` probes that are answered; without the reflector's time."""
        end = min(self._last_answered + 1, self._count)
        rows = self.rows[self.at(np.arange(max(self.oldest, end - limit), end))]
        stamped = (rows["t2_ns"] != UNKNOWN) & (rows["t3_ns"] != UNKNOWN)
        rows = rows[(rows["answers"] > 0) & stamped & (rows["stepped_ns"] == UNKNOWN)]
        t1_ns = np.where(rows["t1_ns"] == UNKNOWN, rows["t1_userspace_ns"], rows["t1_ns"])
        inside_ns, away_ns = rows["t3_ns"] - rows["t2_ns"], rows["t4_ns"] - t1_ns
        possible = (inside_ns >= 0) & (inside_ns <= away_ns)
        return tuple((away_ns - inside_ns)[possible].tolist())

    def learn(self, replies: NDArray[np.void]) -> None:
        """Keep what REPLIES say about the reflector: kernel T3 of earlier ones, its memory."""
        self._follow_ups.learn(replies)
        own = replies["sequence"] != replies["sender_sequence"]
        self.stateful |= bool((own | (replies["followed"] != UNKNOWN)).any())

    def answer(
        self,
        replies: NDArray[np.void],
        t4_ns: NDArray[np.int64],
        t4_source: NDArray[np.uint8],
        hop_limit: NDArray[np.int64],
    ) -> None:
        """Enter REPLIES that belong to probes of the window and are not yet decided."""
        places = self.at(replies["sender_sequence"])
        first = np.zeros(len(replies), np.bool_)
        first[np.unique(places, return_index=True)[1]] = True
        fresh = first & (self.rows["answers"][places] == 0)
        new, chosen = places[fresh], replies[fresh]
        self.open -= int(self.silent[new].sum())
        self.silent[new] = False
        for field in ("sequence", "sender_ttl", "t2_ns", "t2_source", "t3_ns"):
            self.rows[field][new] = chosen[field]
        self.rows["lowest"][new] = chosen["sequence"]
        self.rows["t4_ns"][new], self.rows["t4_source"][new] = t4_ns[fresh], t4_source[fresh]
        self.rows["hop_limit"][new] = hop_limit[fresh]
        self.rows["answers"][new] = 1
        self._losses.learn(chosen["sender_sequence"], chosen["sequence"])
        self.answered += int((chosen["sender_sequence"] < self._count).sum())
        for at in np.flatnonzero(~fresh).tolist():
            self._answer_again(places[at], replies[at])
        self._last_answered = max(self._last_answered, int(replies["sender_sequence"].max()))
        self._heard.append(places)

    def looked(self, set_ns: int, *, stepped: bool) -> None:
        """The clocks were read; if UTC was set, ``set_ns`` in all, what was under way is marked."""
        if stepped:
            places = self.at(np.arange(self.decided, self.end))
            places = places[self.rows["answers"][places] == 0]
            marked = np.concatenate([places, *self._heard])
            self.rows["stepped_ns"][marked] = set_ns - self.rows["set_ns"][marked]
        self._heard.clear()

    def settle(self, now_ns: int) -> Iterator[None]:
        """Decide probes sent two timeouts ago, STEP of them, with pauses in which others can leave.

        Without room, one timeout has to do. What nothing later has been answered of waits for
        answers that show which way it was lost, as long as there is room.
        """
        patience_ns = 2 * self._timeout_ns if self.room > 0 else self._timeout_ns
        waits = self.room > self.size // 8
        limit = self._last_answered + 1 if waits else self.end
        end = self.decided + self._step
        if not self._over(end, limit, now_ns - patience_ns):
            return
        if self.stateful and self.silent[self.at(np.arange(self.decided, end))].any():
            ring, far = (self.oldest, self.end), self.decided + self._chunk
            if waits and not self._losses.answered_after(end, self.end):
                return
            if not self._losses.told_near(self.decided, end, ring):
                if not self._over(far, limit, now_ns - patience_ns):
                    return  # the whole ring is worth while for many
                if waits and not self._losses.answered_after(far, self.end):
                    return
                yield from self._losses.telling(self.decided, far, ring)
            yield
        yield from self._decide(end)

    def _over(self, end: int, limit: int, before_ns: int) -> bool:
        """Whether those up to ``end`` can be decided, being sent and old enough."""
        return end <= limit and bool(self.rows["sent_ns"][(end - 1) & (self.size - 1)] <= before_ns)

    def finish(self, now_ns: int) -> None:
        """Decide all that can be; those that could still be answered are ``undecided``."""
        sequences = np.arange(self.decided, self.end)
        places = self.at(sequences)
        timed_out = self.rows["sent_ns"][places] + self._timeout_ns <= now_ns
        pending = self.silent[places] & ~timed_out
        self.undecided = int((pending & (sequences < self._count)).sum())
        told = self._losses.telling(self.decided, self.end, (self.oldest, self.end))
        for _ in chain(told if self.stateful else (), self._decide(self.end, pending)):
            pass

    def _answer_again(self, place: int, reply: np.void) -> None:
        """One more answer. If it carries the same T2, it was the answer that was copied."""
        row = self.rows[place : place + 1]
        row["answers"] += 1
        row["backward_duplicates"] += reply["t2_ns"] == row["t2_ns"]
        row["lowest"] = np.minimum(row["lowest"], reply["sequence"])
        self._losses.learn_again(int(reply["sender_sequence"]), int(reply["sequence"]))

    def _decide(self, end: int, pending: NDArray[np.bool_] | None = None) -> Iterator[None]:
        """Hand those up to ``end`` to the sink, with pauses; those ``pending`` are left out."""
        sequences = np.arange(self.decided, end)
        if pending is not None:
            sequences = sequences[~pending]
        self.open -= int(self.silent[self.at(sequences)].sum())
        # From here on nothing changes them any more, whatever comes in a pause.
        self.decided = end
        counted = sequences[sequences < self._count]
        if not len(counted):
            return
        samples = np.empty(len(counted), SAMPLES)
        for start in range(0, len(counted), _PIECE):
            some = counted[start : start + _PIECE]
            places = self.at(some)
            made = samples_of(some, self.rows[places], self._follow_ups, self._timeout_ns)
            lost = self.silent[places]
            made["outcome"][lost] = self._losses.codes[places[lost]]
            samples[start : start + _PIECE] = made
            yield
        steps = self._sink(samples)
        if isinstance(steps, Iterator):
            yield from steps
