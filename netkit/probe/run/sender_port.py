"""A sender on its socket: what is due goes out, what has come is handed to the session."""

from __future__ import annotations

import select
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from netkit.probe.clock.reading import read_clocks
from netkit.probe.kernel.addresses import Address
from netkit.probe.kernel.datagrams import Datagram, Transmitted
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.sender.session import SenderSession

_BATCH = 64


@dataclass(frozen=True, slots=True)
class SenderPort:
    """A session, the socket it alone sends from, and the reflector's address.

    Its schedule begins ``delay_ns`` after the run does.
    """

    session: SenderSession
    socket: StampSocket
    destination: Address
    delay_ns: int = 0


def send_due(port: SenderPort, *, fetch: bool) -> None:
    """Send what is due; the clocks are read for each probe, as close to its sending as can be.

    The transmit stamp is mostly there at once, and to ``fetch`` it now saves waking up for it.
    """
    request = port.session.next_request(*read_clocks())
    if request is None:
        return
    # The session is part of the token: a socket may outlive a session and serve the next.
    token = (port.session, request.sequence)
    reason = port.socket.send(request.data, port.destination, token)
    if reason is not None:
        port.session.not_sent(request.sequence, reason)
    if fetch:
        _take_events(port)


def take_in(port: SenderPort, events: int) -> None:
    """Transmit stamps before replies: a reply may end the session."""
    if events & select.EPOLLERR:
        _take_events(port)
    if events & select.EPOLLIN:
        for datagram in _datagrams(port.socket):
            port.session.received(
                datagram.data,
                datagram.stamp,
                datagram.hop_limit,
                traffic_class=datagram.traffic_class,
                route=datagram.route,
                reading=read_clocks(),
            )


def _take_events(port: SenderPort) -> None:
    for event in port.socket.events():
        if isinstance(event, Transmitted):
            session, sequence = cast("tuple[SenderSession, int]", event.token)
            session.transmitted(sequence, event.time_ns)
        else:
            port.session.refused(event.data, event.reason)


def _datagrams(socket: StampSocket) -> Iterator[Datagram]:
    """What has arrived, up to a batch, so that no socket starves the others."""
    for _ in range(_BATCH):
        datagram = socket.receive()
        if datagram is None:
            return
        yield datagram
