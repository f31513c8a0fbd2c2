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

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome
from netkit.probe.sender.loss_direction import directions
from netkit.probe.stream.follow_ups import FollowUpLog
from netkit.probe.stream.samples import samples_of
from netkit.stats.sample_arrays import OUTCOME_CODE, UNKNOWN, Sink

ROWS = np.dtype(
    [
        ("scheduled_ns", np.int64),
        ("sent_ns", np.int64),
        ("t1_userspace_ns", np.int64),
        ("timestamp", np.uint64),
        ("t1_ns", np.int64),
        ("not_sent", np.bool_),
        ("refused", np.bool_),
        ("answers", np.uint32),
        ("backward_duplicates", np.uint32),
        ("sequence", np.int64),
        ("lowest", np.int64),
        ("sender_ttl", np.uint8),
        ("hop_limit", np.int64),
        ("t2_ns", np.int64),
        ("t2_source", np.uint8),
        ("t3_ns", np.int64),
        ("t4_ns", np.int64),
        ("t4_source", np.uint8),
        ("set_ns", np.int64),
        ("stepped_ns", np.int64),
    ]
)
"""One probe: when it went, and its first answer. ``t1_ns`` is the kernel's, or UNKNOWN.

``set_ns`` and ``stepped_ns``: by how much this host's clock had been set when the probe was sent,
and was while it was under way, UNKNOWN if it was not."""

_CHUNKS = 16
STEP = 1024
"""So many are decided at once where none was lost; where one was, a 16th of the ring."""


class ProbeRing:
    """Probes ``oldest`` to ``end``; those before ``decided`` have gone to the sink.

    ``size`` is a power of two. Numbers from ``count`` on are kept, but are no samples.
    """

    def __init__(self, size: int, count: int, timeout_ns: int, sink: Sink) -> None:
        self.size = size
        self.rows = np.zeros(size, ROWS)
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
        self._more_numbers: list[int] = []
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
        self.rows[places] = np.zeros(1, ROWS)
        self.rows["t1_ns"][places] = self.rows["stepped_ns"][places] = UNKNOWN
        self.end += count
        self.open += count
        return sequences

    def is_open(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether nothing has been heard of the probes at these places."""
        rows = self.rows
        return np.asarray(
            (rows["answers"][places] == 0) & ~rows["refused"][places] & ~rows["not_sent"][places]
        )

    def waiting(self, now_ns: int) -> int:
        """How many may still be answered in time."""
        sequences = np.arange(self.decided, min(self.end, self._count))
        places = self.at(sequences)
        in_time = self.rows["sent_ns"][places] + self._timeout_ns > now_ns
        return int((self.is_open(places) & in_time).sum())

    def latest_open_ns(self) -> int | None:
        """When the last of those was sent that nothing has been heard of; None if there is none."""
        places = self.at(np.arange(self.decided, min(self.end, self._count)))
        places = places[self.is_open(places)]
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
        self.open -= int(self.is_open(new).sum())
        for field in ("sequence", "sender_ttl", "t2_ns", "t2_source", "t3_ns"):
            self.rows[field][new] = chosen[field]
        self.rows["lowest"][new] = chosen["sequence"]
        self.rows["t4_ns"][new], self.rows["t4_source"][new] = t4_ns[fresh], t4_source[fresh]
        self.rows["hop_limit"][new] = hop_limit[fresh]
        self.rows["answers"][new] = 1
        self.answered += int((chosen["sender_sequence"] < self._count).sum())
        for at in np.flatnonzero(~fresh).tolist():
            self._answer_again(places[at], replies[at])
        self._last_answered = max(self._last_answered, int(replies["sender_sequence"].max()))
        self._heard.append(places)

    def looked(self, step_ns: int) -> None:
        """The clocks were read; if UTC was set by ``step_ns``, all that was under way is marked."""
        if step_ns:
            places = self.at(np.arange(self.decided, self.end))
            places = places[self.rows["answers"][places] == 0]
            self.rows["stepped_ns"][np.concatenate([places, *self._heard])] = step_ns
        self._heard.clear()

    def settle(self, now_ns: int) -> None:
        """Decide the probes sent two timeouts ago, many at a time.

        Without room, one timeout has to do. What nothing later has been answered of waits for an
        answer that shows which way it was lost, as long as there is room.
        """
        patience_ns = 2 * self._timeout_ns if self.room > 0 else self._timeout_ns
        limit = self.end if self.room <= self.size // 8 else self._last_answered + 1
        while count := self._settled(limit, now_ns - patience_ns):
            self._decide(self.decided + count)

    def _settled(self, limit: int, before_ns: int) -> int:
        """How many are decided next: few, as nothing is sent meanwhile.

        Which way probes were lost is asked of the whole ring, so of those many are decided at once.
        """
        for count in (self._step, self._chunk):
            if limit - self.decided < count:
                return 0
            places = self.at(np.arange(self.decided, self.decided + count))
            if self.rows["sent_ns"][places[-1]] > before_ns:
                return 0
            if count == self._chunk or not self.is_open(places).any():
                return count
        return 0

    def finish(self, now_ns: int) -> None:
        """Decide all that can be; those that could still be answered are ``undecided``."""
        sequences = np.arange(self.decided, self.end)
        places = self.at(sequences)
        timed_out = self.rows["sent_ns"][places] + self._timeout_ns <= now_ns
        pending = self.is_open(places) & ~timed_out
        self.undecided = int((pending & (sequences < self._count)).sum())
        self._decide(self.end, pending)

    def _answer_again(self, place: int, reply: np.void) -> None:
        """One more answer. If it carries the same T2, it was the answer that was copied."""
        row = self.rows[place : place + 1]
        row["answers"] += 1
        row["backward_duplicates"] += reply["t2_ns"] == row["t2_ns"]
        row["lowest"] = np.minimum(row["lowest"], reply["sequence"])
        self._more_numbers.append(int(reply["sequence"]))

    def _decide(self, end: int, pending: NDArray[np.bool_] | None = None) -> None:
        sequences = np.arange(self.decided, end)
        if pending is not None:
            sequences = sequences[~pending]
        counted = sequences[sequences < self._count]
        places = self.at(counted)
        samples = samples_of(counted, self.rows[places], self._follow_ups, self._timeout_ns)
        lost = self.is_open(places)
        if lost.any():
            samples["outcome"][lost] = self._directions(counted[lost])
        self.open -= int(self.is_open(self.at(sequences)).sum())
        self.decided = end
        if len(samples):
            self._sink(samples)

    def _directions(self, lost: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Outcome codes of these, by the numbers of all answers that the window has."""
        found = np.full(len(lost), OUTCOME_CODE[Outcome.LOST], np.uint8)
        if not self.stateful:
            return found
        every = np.arange(self.oldest, self.end)
        places = self.at(every)
        answered, silent = self.rows["answers"][places] > 0, every[self.is_open(places)]
        heard = places[answered]
        lowest = self.rows["lowest"][heard]
        if len(heard):
            least = int(lowest.min())
            self._more_numbers = [number for number in self._more_numbers if number >= least]
        seen = np.concatenate(
            [self.rows["sequence"][heard], np.array(self._more_numbers, np.int64)]
        )
        forward, backward = directions(
            silent, every[answered], lowest, seen, from_start=self.oldest == 0
        )
        asked = np.searchsorted(silent, lost)
        found[forward[asked]] = OUTCOME_CODE[Outcome.LOST_FORWARD]
        found[backward[asked]] = OUTCOME_CODE[Outcome.LOST_BACKWARD]
        return found
