"""A Session-Sender for any number of probes at any rate: thousands at a time, in bounded memory.

It keeps the rules of :mod:`netkit.probe.sender.session`, which tests hold it to byte for byte and
sample by sample, with these differences:

- probes and replies come as arrays, and samples leave in order, to a sink, as they are decided;
- a probe is decided two timeouts after it was sent, and an answer after that is only counted;
- of losses, the direction is told from the latest 262,144 probes; a longer outage is ``lost``;
- the schedule is periodic, and there are no keys and no TLVs but those of every probe.

The stream itself goes through these states::

    made -> sending          begin(): the schedule has its start
            sending          next_requests(), as far as the window has room
            -> waiting       the closing probe has been handed out
               -> finished   every probe has its answer, or the last timeout has run out
    any -> over              finish(): all that can be decided is, the rest is ``undecided``

Those of a probe are in :mod:`netkit.probe.stream.window`.

``now_ns`` is the caller's monotonic clock, ``wall_ns`` its UTC clock; neither is read here.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from netkit.errors import InputError
from netkit.model.measurement.sample import StampSource
from netkit.probe.sender.clock_watch import ClockReading, ClockWatch
from netkit.probe.sender.config import CLOSING_GAP_NS, SessionConfig
from netkit.probe.sender.request import request_tlvs
from netkit.probe.sender.result import Snapshot
from netkit.probe.sender.schedule import periodic
from netkit.probe.stream.replies import parse_replies
from netkit.probe.stream.result import TOO_LATE, ReflectorReport, StreamResult
from netkit.probe.stream.window import ProbeRing
from netkit.stats.sample_arrays import SOURCE_CODE, UNKNOWN, Sink
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import encode_timestamp

WINDOW = 1 << 18
"""Probes that are kept: 43 MB. At most half of them may be undecided."""

_RECENT = 1000
_QUOTED = struct.Struct("!IQ")
_KERNEL, _USERSPACE = SOURCE_CODE[StampSource.KERNEL], SOURCE_CODE[StampSource.USERSPACE]
_Numbers = NDArray[np.int64]


class StreamSession:
    """One sender. Call :meth:`begin`, feed it until :meth:`finished`, then :meth:`finish` it.

    Probes of 44 bytes are bare; longer ones ask with the TLVs of every netkit sender.
    """

    def __init__(self, config: SessionConfig, sink: Sink, *, window: int = WINDOW) -> None:
        if config.poisson or config.burst > 1 or config.tlvs or config.key is not None:
            raise InputError.single(
                "stream", expected="a periodic schedule, no TLVs of its own and no key"
            )
        self.config = config
        tlvs = request_tlvs(config.request_bytes)
        bare = SenderPacket(0, 0, config.error_estimate, config.ssid, tlvs)
        self.template = np.frombuffer(bare.to_bytes(), np.uint8)
        (self._first_ns,) = periodic(1, config.interval_ns, config.seed)
        self._start_ns = 0
        self._last_sent_ns = 0
        self._window = ProbeRing(window, config.count, config.timeout_ns, sink)
        self._report = ReflectorReport()
        self._notes: Counter[str] = Counter()
        self._clock = ClockWatch()

    def begin(self, now_ns: int) -> None:
        """Fix the start of the schedule."""
        self._start_ns = now_ns

    @property
    def sent(self) -> int:
        """Probes handed out so far, the closing probe not counted."""
        return min(self._window.end, self.config.count)

    def due_ns(self, now_ns: int) -> int | None:
        """When to look here again; None at the end. May lie in the past."""
        if self._window.end <= self.config.count:
            return int(self._scheduled_ns(np.array([self._window.end]))[0])
        return None if self.finished(now_ns) else self._last_sent_ns + self.config.timeout_ns

    def finished(self, now_ns: int) -> bool:
        """Whether every probe has been sent and each has its answer or has timed out."""
        if self._window.end <= self.config.count:
            return False
        return self._window.open == 0 or now_ns >= self._last_sent_ns + self.config.timeout_ns

    @property
    def grace_end_ns(self) -> int | None:
        """Until when an answer that is late may still come in a finished run; None if none can."""
        sent_ns = self._window.latest_open_ns()
        return None if sent_ns is None else sent_ns + 2 * self.config.timeout_ns

    def next_requests(
        self,
        now_ns: int,
        wall_ns: int,
        packets: NDArray[np.void],
        read_ns: int | None = None,
    ) -> tuple[int, int]:
        """Number and stamp what is due in ``packets``, rows of SENDER that hold the template.

        Returns the first sequence number and how many there are: at most the rows given, and
        none while the window is full. ``read_ns`` is the monotonic clock once more, after
        ``wall_ns`` was read.
        """
        first = self._window.end
        elapsed = (now_ns - self._start_ns - self._first_ns) // self.config.interval_ns + 1
        count = max(0, min(len(packets), self._window.room, elapsed - first))
        count = min(count, self.config.count - first)
        if first == self.config.count and now_ns >= (self.due_ns(now_ns) or 0):
            count = min(1, len(packets))  # the closing probe
        if count <= 0:
            return first, 0
        self.look(ClockReading(now_ns, wall_ns, now_ns if read_ns is None else read_ns))
        sequences = self._window.add(count)
        places, rows = self._window.at(sequences), self._window.rows
        timestamp = encode_timestamp(wall_ns, self.config.error_estimate.form)
        rows["scheduled_ns"][places] = self._scheduled_ns(sequences)
        rows["sent_ns"][places] = self._last_sent_ns = now_ns
        rows["t1_userspace_ns"][places] = wall_ns
        rows["set_ns"][places] = self._clock.set_ns
        rows["timestamp"][places] = packets["timestamp"][:count] = timestamp
        packets["sequence"][:count] = sequences
        return first, count

    def look(self, reading: ClockReading) -> None:
        """Hold one clock against the other; to be called after replies were read as well."""
        stepped = self._clock.look(reading, self.sent)
        self._window.looked(self._clock.set_ns, stepped=stepped)

    def transmitted(self, sequences: _Numbers, time_ns: _Numbers) -> None:
        """The kernel says when it handed these probes to the interface: T1.

        A stamp from before the probe was made is that of an earlier datagram, told after the
        numbering was restarted; it is nobody's.
        """
        window = self._window
        made_ns = window.rows["t1_userspace_ns"][window.at(sequences)]
        kept = (sequences >= window.decided) & (sequences < window.end) & (time_ns >= made_ns)
        window.rows["t1_ns"][window.at(sequences[kept])] = time_ns[kept]

    def not_sent(self, sequence: int, reason: str) -> None:
        """The host itself could not send the probe."""
        if sequence < self.config.count:
            self._notes[f"not sent: {reason}"] += 1
        self._window.mark(sequence, "not_sent")

    def refused(self, quoted: bytes, reason: str) -> None:
        """An ICMP error came back, quoting a probe; each probe is noted once."""
        sequence = self._quoted(quoted)
        if sequence is None:
            self._notes[f"ICMP error that names no probe of this run: {reason}"] += 1
            return
        already = self._window.rows["refused"][self._window.at(np.array([sequence]))][0]
        if sequence < self.config.count and not already:
            self._notes[f"refused: {reason}"] += 1
        self._window.mark(sequence, "refused")

    def _quoted(self, quoted: bytes) -> int | None:
        """The number of the probe that begins so, if it is one that is still open to change."""
        if len(quoted) < _QUOTED.size:
            return None
        sequence, timestamp = _QUOTED.unpack_from(quoted)
        if not self._window.decided <= sequence < self._window.end:
            return None
        place = self._window.at(np.array([sequence]))
        return sequence if self._window.rows["timestamp"][place] == timestamp else None

    def received(
        self,
        data: NDArray[np.uint8],
        lengths: NDArray[np.uint32],
        time_ns: _Numbers,
        hop_limit: _Numbers,
        wall_ns: int,
        traffic_class: _Numbers | None = None,
    ) -> None:
        """Datagrams came in, a row each. Without a kernel stamp (UNKNOWN), T4 is ``wall_ns``."""
        replies = parse_replies(data, lengths)
        self._note("ignored: not a STAMP packet", len(lengths) - len(replies))
        ours = self._are_ours(replies)
        self._note("ignored: not an answer to this session", int((~ours).sum()))
        replies = replies[ours]
        if not len(replies):
            return
        self._report.learn(replies, traffic_class)
        self._window.learn(replies)
        early = replies["sender_sequence"] >= self._window.decided
        self._note(TOO_LATE, int((~early).sum()))
        replies = replies[early]
        if len(replies):
            stamps = time_ns[replies["row"]]
            by_kernel = stamps != UNKNOWN
            self._window.answer(
                replies,
                np.where(by_kernel, stamps, wall_ns),
                np.where(by_kernel, _KERNEL, _USERSPACE).astype(np.uint8),
                hop_limit[replies["row"]],
            )

    def settle(self, now_ns: int) -> None:
        """Hand to the sink all that has been decided by now."""
        before = None
        while before != self._window.decided:
            before = self._window.decided
            for _ in self.settling(now_ns):
                pass

    def settling(self, now_ns: int) -> Iterator[None]:
        """The same of a thousand at most, in steps of less than a third of a millisecond each but
        for those that ask all of the ring which way some were lost; requests may be made between
        two. Go through them after each round."""
        return self._window.settle(now_ns)

    def snapshot(self, now_ns: int) -> Snapshot:
        """How the stream stands while it runs; costs what is in the window."""
        window, sent = self._window, self.sent
        overdue = sent - window.answered - window.waiting(now_ns)
        return Snapshot(sent, window.answered, overdue, window.recent_round_trips_ns(_RECENT))

    def finish(self, now_ns: int) -> StreamResult:
        """Hand the rest to the sink; to be called once, at the end, whole or broken off."""
        self._window.finish(now_ns)
        return StreamResult(
            self.sent,
            self._window.undecided,
            self._window.stateful,
            self._report.error,
            self._report.clock_source,
            dict(self._report.backward_dscp),
            dict(sorted(self._notes.items())),
            tuple(self._clock.steps),
        )

    def _scheduled_ns(self, sequences: _Numbers) -> _Numbers:
        closing = sequences == self.config.count
        offsets = self._first_ns + (sequences - closing) * self.config.interval_ns
        gap_ns = min(self.config.interval_ns, CLOSING_GAP_NS)
        return np.asarray(self._start_ns + offsets + closing * gap_ns)

    def _are_ours(self, replies: NDArray[np.void]) -> NDArray[np.bool_]:
        """As in the plain session: our SSID or none, a number sent, that probe's timestamp."""
        window, sequences = self._window, replies["sender_sequence"]
        kept = (sequences >= window.oldest) & (sequences < window.end)
        same = window.rows["timestamp"][window.at(sequences)] == replies["sender_timestamp"]
        by_ssid = (replies["ssid"] == self.config.ssid) | (replies["ssid"] == 0)
        return np.asarray(kept & same & by_ssid)

    def _note(self, what: str, count: int) -> None:
        if count:
            self._notes[what] += count
