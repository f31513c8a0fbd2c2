"""Which of a name's addresses to probe, where it has IPv6 and IPv4 ones.

A route says nothing of whether anybody answers there: an AAAA record may lead to a host whose
reflector hears on IPv4 only. So, as in RFC 8305 for connections, each kind is asked in the order
of RFC 6724, here by a single probe like those to come, and the first that answers is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netkit.probe.kernel.addresses import Address, addresses_of, has_way
from netkit.probe.run.loop import run_sessions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.result import RunEnd

PATIENCE_S = 1.0
"""So long an address has to answer, if there is another one."""


def one_of_each_kind(
    host: str, port: int, family: int = 0, interface: str | None = None
) -> list[Address]:
    """The best IPv6 and the best IPv4 address of a name that there is a way to, in their order; the
    best of all if there is a way to none. Raises :class:`~netkit.errors.ProbeError` of no name."""
    found = addresses_of(host, port, family)
    kinds: dict[int, Address] = {}
    for address in found:
        if len(address) not in kinds and has_way(address, interface):
            kinds[len(address)] = address
    return list(kinds.values()) or found[:1]


def first_answering(
    candidates: Sequence[Address], probe_to: Callable[[Address], SenderPort]
) -> Address:
    """The first of several that answers a probe, the first of all if none does.

    ``probe_to`` makes the session that asks, and its socket, which is closed here. Raises
    KeyboardInterrupt if Ctrl-C comes meanwhile: nothing has been measured then.
    """
    if len(candidates) > 1:
        for address in candidates:
            if _answers(probe_to(address)):
                return address
    return candidates[0]


def _answers(port: SenderPort) -> bool:
    try:
        run = run_sessions([port], deadline_s=PATIENCE_S)
    finally:
        port.socket.close()
    if run.end is RunEnd.INTERRUPTED:
        raise KeyboardInterrupt
    return any(sample.t4 is not None for sample in run.sessions[0].samples)
