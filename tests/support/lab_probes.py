"""STAMP-like packets through a lab, and the truth once they are at the end of their way."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager

from waiting import until

_SO_RCVBUFFORCE = 33


def send(lab, src, dst, numbers, wait_s=0.0, over=None):
    """STAMP-like packets between routers' loopbacks (or over one link), by sequence numbers."""
    with sender(lab, src, dst, over=over) as probe:
        for number in numbers:
            probe(number)
            time.sleep(wait_s)


@contextmanager
def sender(lab, src, dst, over=None, port=862):
    """What sends one such packet with a sequence number."""
    here, there = (str(address_of(lab.topology, name, over)) for name in (src, dst))
    with lab.namespace(src).entered():
        out = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with out:
        out.bind((here, 0))
        yield lambda number: out.sendto(number.to_bytes(4, "big") + bytes(40), (there, port))


@contextmanager
def received(lab, name):
    """What tells how many such packets have come to a router, copies too."""
    with lab.namespace(name).entered():
        inside = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    come = 0

    def count():
        nonlocal come
        while True:
            try:
                inside.recv(100)
            except BlockingIOError:
                return come
            come += 1

    with inside:
        inside.setblocking(False)
        inside.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 4 << 20)
        inside.bind((str(address_of(lab.topology, name, None)), 862))
        yield count


def address_of(topology, name, over):
    sid_index = topology.node[name].sid_index
    if over is None:
        return topology.addresses.loopback(sid_index)
    return topology.addresses.link_address(topology.subnet[over], sid_index)


def settled(lab, count, hops, since=0):
    """The truth, once it holds ``count`` probes that have crossed all links or were lost on one."""

    def arrived():
        probes = lab.truth(since).values()
        return len(probes) >= count and all(len(p.hops) == hops or p.lost_on for p in probes)

    until(arrived, f"{count} probes at the end of their way")
    return lab.truth(since)
