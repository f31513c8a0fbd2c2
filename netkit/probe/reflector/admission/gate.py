"""What stands before the sessions of a reflector, and counts each that it turns away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from netkit.probe.reflector.admission.access import AccessList
from netkit.probe.reflector.admission.copies import Copies
from netkit.probe.reflector.admission.examination import Examined, Keys, examine
from netkit.probe.reflector.admission.loops import NO_PROGRESS, Progress
from netkit.wire.stamp import PACKET_HMAC, SenderPacket

REPLAYED = "replayed"
COPIED = "copied"


class Gate:
    """Ports and prefixes first, then rates, then what a request is.

    With a key rates come last: what is not authentic, or is a replay, takes nothing away from what
    is answered, which with ``keys.packet`` costs no more than one HMAC over 96 bytes. With a key
    for TLVs alone, requests that prove nothing are answered too, from buckets of their own. So are
    copies of authenticated packets from other ports, of which ``copies`` has a memory.
    """

    def __init__(
        self,
        admission: AccessList,
        keys: Keys,
        own_port: int,
        counters: Counter[str],
        copies: Copies | None = None,
    ) -> None:
        self._admission = admission
        self._keys = keys
        self._own_port = own_port
        self._counters = counters
        self._progress = Progress()
        self._copies = copies

    def limit_sources(self, source_rate: float | None) -> None:
        """Another rate of each network from now on."""
        self._admission.limit_sources(source_rate)

    def let_in(self, source: tuple[str, int], count: int, now_ns: int) -> int:
        """How many of ``count`` requests may be looked at."""
        reason = self._admission.refuses(source, self._own_port)
        if reason:
            self._counters[reason] += count
            return 0
        return count if self._keys.tlvs else self._charge(source, count, now_ns, junk=False)

    def let_in_bare(self, source: tuple[str, int], count: int, now_ns: int) -> int:
        """How many of ``count`` requests are answered that are known to be base packets alone."""
        count = self.let_in(source, count, now_ns)
        return self._charge(source, count, now_ns, junk=True) if self._keys.tlvs else count

    def examine(
        self,
        data: bytes,
        source: tuple[str, int],
        now_ns: int,
        wall_ns: int,
        replayed: Callable[[SenderPacket], bool],
    ) -> Examined | None:
        """The request in ``data``, if it is one to be answered.

        ``replayed`` says whether a request was seen before. It is asked before rates are charged:
        whoever repeats what an honest sender sent, from its address, would empty its bucket.
        """
        named = self._admission.names(source[0])
        found = examine(data, self._keys, wall_ns, named=named)
        if isinstance(found, str):
            self._counters[found] += 1
            return None
        if found.light and not self._progress.goes_on(source, found.packet.sequence):
            self._counters[NO_PROGRESS] += 1
            return None
        if replayed(found.packet):
            self._counters[REPLAYED] += 1
            return None
        if self._keys.tlvs is None:
            return found
        proved = self._is_first(data) if self._keys.packet else found.vouched
        return found if self._charge(source, 1, now_ns, junk=not proved) else None

    def _is_first(self, data: bytes) -> bool:
        """Whether an authenticated packet is no copy of one from another port, as far as known."""
        if self._copies is None or not self._copies.seen(data[PACKET_HMAC]):
            return True
        self._counters[COPIED] += 1
        return False

    def _charge(self, source: tuple[str, int], count: int, now_ns: int, *, junk: bool) -> int:
        let_in, reason = self._admission.charge(source[0], count, now_ns, junk=junk)
        if let_in < count:
            self._counters[reason] += count - let_in
        return let_in
