"""One socket that many flows of a fleet share: hundreds of probes and replies in a system call.

The kernel numbers transmit stamps by datagram; which probe each was is kept here. A send that
failed, or stopped in the middle, may or may not have used up a number, so the count is then started
again, after the stamps that are there have been read.
"""

from __future__ import annotations

import os
import socket as sockets

import numpy as np
from numpy.typing import NDArray

from netkit.probe.agent.authenticated.opening import Opened, open_replies, opened_quote
from netkit.probe.agent.fleet import Due, Fleet
from netkit.probe.agent.held import WIRE
from netkit.probe.agent.overflows import Overflow
from netkit.probe.agent.replies import receive, refuse
from netkit.probe.agent.rows import Numbers
from netkit.probe.clock.reading import read_clocks
from netkit.probe.kernel.mmsg import ReceiveRing, SendRing
from netkit.probe.kernel.mmsg_control import parse_arrivals, parse_queued_errors
from netkit.probe.kernel.sockets import StampSocket
from netkit.stats.sample_arrays import UNKNOWN
from netkit.wire.arrays import SENDER
from netkit.wire.stamp import BASE_BYTES

_SLOTS = 256
_STAMPS, _FEWEST_STAMPS, _TURNS = 1 << 16, 1 << 10, 512
"""Of so many probes a lane at most, and at least, knows which each was until it is stamped: of as
many turns as it sends in one. There may be as many lanes as segment lists."""

_LEAST_WIDTH = 256
_IPV4_NAME, _IPV6_NAME = 16, 28


class Rings:
    """What the lanes of a fleet and family, which work one after the other, send from and receive
    in."""

    def __init__(self) -> None:
        self._width = 0
        self.widen(_LEAST_WIDTH)

    def widen(self, width: int) -> None:
        """Room for probes of that length, and for replies as long."""
        if width > self._width:
            self._width = width
            self.requests = SendRing(_SLOTS, width)
            self.packets = self.requests.data[:, :BASE_BYTES].view(SENDER)[:, 0]
            self.replies, self.errors = ReceiveRing(_SLOTS, width), ReceiveRing(_SLOTS, width)


class Lane:
    """Sends flows of ``fleet`` over ``socket``, which has sent nothing yet.

    All of them are ``authenticated``, or none.
    """

    def __init__(
        self,
        number: int,
        socket: StampSocket,
        fleet: Fleet,
        rings: Rings,
        *,
        authenticated: bool = False,
    ) -> None:
        self.number, self.socket = number, socket
        self._fleet, self._rings, self._authenticated = fleet, rings, authenticated
        self._make_room()
        self._name_bytes = _IPV6_NAME if socket.family == sockets.AF_INET6 else _IPV4_NAME
        self._stamped = np.zeros((2, _FEWEST_STAMPS), np.int64)
        self._count = 0
        self._dropped, self._looked_ns = 0, 0

    def send(self, due: Due) -> None:
        """Send these probes, all of this lane."""
        for first in range(0, len(due.flows), _SLOTS):
            part = slice(first, first + _SLOTS)
            self._send(Due(due.flows[part], due.sequences[part], due.timestamp))

    def take_in(self) -> None:
        """Read what has come: the kernel has stamped it. Transmit stamps before replies."""
        self._read_errors()
        self._read_replies()

    def move(self, socket: StampSocket) -> None:
        """Go on with another socket, which has sent nothing yet; the one before is closed."""
        self.take_in()
        self.socket.close()
        self.socket, self._count, self._dropped = socket, 0, 0

    def forget_stamps(self) -> None:
        """The flows have got other places: stamps still to come are nobody's."""
        self._restart_ids()
        self._make_room()

    def look_for_drops(self, now_ns: int) -> None:
        """Tell the fleet how many replies this socket had no room for."""
        dropped = self.socket.dropped
        if dropped > self._dropped:
            count = dropped - self._dropped
            self._fleet.overflows.add(Overflow(self.number, count, self._looked_ns, now_ns))
            self._fleet.counters["dropped by this host"] += count
        self._dropped, self._looked_ns = dropped, now_ns

    def _make_room(self) -> None:
        """Rings for the longest probes."""
        self._rings.widen(self._fleet.roster.templates.shape[1])

    def _send(self, due: Due) -> None:
        count, ring, roster = len(due.flows), self._rings.requests, self._fleet.roster
        ring.data[:count, : roster.templates.shape[1]] = roster.templates[due.flows]
        ring.names[:count] = roster.names[due.flows]
        if self._authenticated:
            self._seal(due)
        else:
            self._rings.packets["sequence"][:count] = due.sequences & WIRE
            self._rings.packets["timestamp"][:count] = due.timestamp
        ring.shape(roster.sizes[due.flows], self._name_bytes, 0)
        row, tried_again = 0, False
        while row < count:
            sent, error = ring.send(self.socket.fileno(), row, count)
            self._remember(due.flows[row : row + sent], due.sequences[row : row + sent])
            row += sent
            if row == count:
                return
            self._read_errors()
            self._restart_ids()
            if error and tried_again:
                flow, sequence = int(due.flows[row]), int(due.sequences[row])
                self._fleet.not_sent(flow, sequence, os.strerror(error))
                row += 1
            # At first it may be the error of an earlier datagram.
            tried_again = bool(error) and not tried_again

    def _seal(self, due: Due) -> None:
        pairs = zip(due.flows.tolist(), due.sequences.tolist(), strict=True)
        for row, (flow, sequence) in enumerate(pairs):
            made = self._fleet.request(flow, sequence, due.timestamp)
            self._rings.requests.data[row, : len(made)] = np.frombuffer(made, np.uint8)

    def _remember(self, flows: Numbers, sequences: Numbers) -> None:
        self._grow(_TURNS * len(flows))
        slots = (self._count + np.arange(len(flows))) % self._stamped.shape[1]
        self._stamped[0, slots], self._stamped[1, slots] = flows, sequences
        self._count += len(flows)

    def _grow(self, wanted: int) -> None:
        """Room for the stamps of so many probes; those that wait for theirs keep their numbers."""
        before = self._stamped.shape[1]
        if wanted <= before or before == _STAMPS:
            return
        size = min(_STAMPS, 1 << (wanted - 1).bit_length())
        waiting = np.arange(max(0, self._count - before), self._count)
        grown = np.zeros((2, size), np.int64)
        grown[:, waiting % size] = self._stamped[:, waiting % before]
        self._stamped = grown

    def _restart_ids(self) -> None:
        self.socket.restart_ids()
        self._count = 0

    def _read_errors(self) -> None:
        """Transmit stamps, and ICMP errors among them."""
        ring = self._rings.errors
        while count := ring.receive(self.socket.fileno(), sockets.MSG_ERRQUEUE):
            found = parse_queued_errors(ring.control[:count], ring.control_lengths)
            self._stamp(found.transmit_id, found.time_ns)
            for row in np.flatnonzero(found.error).tolist():
                quoted = ring.data[row, : ring.lengths[row]].tobytes()
                if self._authenticated:
                    quoted = opened_quote(quoted)
                refuse(self._fleet, quoted, os.strerror(int(found.error[row])))

    def _stamp(self, numbers: Numbers, time_ns: Numbers) -> None:
        """The kernel numbers with 32 bits; of the latest so many it is known which probe."""
        known = (numbers != UNKNOWN) & (time_ns != UNKNOWN)
        numbers = self._count - 1 - ((self._count - 1 - numbers[known]) & WIRE)
        size = self._stamped.shape[1]
        kept = (numbers >= max(0, self._count - size)) & (numbers < self._count)
        slots = numbers[kept] % size
        self._fleet.transmitted(
            self._stamped[0, slots], self._stamped[1, slots], time_ns[known][kept]
        )

    def _read_replies(self) -> None:
        ring = self._rings.replies
        while count := ring.receive(self.socket.fileno()):
            reading = read_clocks()
            arrivals = parse_arrivals(ring.control[:count], ring.control_lengths)
            names: NDArray[np.uint8] = ring.names[:count]
            came = Opened(ring.data[:count], ring.lengths, np.arange(count))
            if self._authenticated:
                came = open_replies(self._fleet, came.data, came.lengths, names)
            receive(
                self._fleet, came.data, came.lengths, names[came.rows],
                arrivals.time_ns[came.rows], arrivals.hop_limit[came.rows], reading.utc_ns,
                authentic=self._authenticated,
            )  # fmt: skip
            self._fleet.look(reading)
            if count < ring.slots:
                return
