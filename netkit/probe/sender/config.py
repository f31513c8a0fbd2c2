"""What a Session-Sender is told to send, and when: one value for plain sessions and streams."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.units import NS_PER_MS, NS_PER_S
from netkit.probe.sender.request import MIN_REQUEST_BYTES
from netkit.probe.sender.schedule import bursts, periodic, poisson
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate
from netkit.wire.tlv import Tlv

CLOSING_GAP_NS = 100 * NS_PER_MS
"""The closing probe follows the last one after this, or after one interval if that is less."""


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """What to send. ``ssid`` tells sessions of one address and port apart; draw a new one a run.

    ``request_bytes`` is the UDP payload of each probe and of its reply; a probe unanswered for
    ``timeout_ns`` counts as lost, or as late if an answer still comes during the run. ``poisson``
    makes the gaps random; ``burst`` sends so many at once each interval. ``tlvs`` are asked with
    besides those of every probe (a Direct Measurement TLV gets its count for each probe), and
    with a ``key`` everything is authenticated, with a ``tlv_key`` only TLVs. A reflector that knows
    no SSIDs answers with 0, which is no answer with ``need_ssid`` (RFC 8972 §3).
    """

    count: int
    interval_ns: int
    timeout_ns: int = NS_PER_S
    ssid: int = 1
    seed: int = 0
    request_bytes: int = MIN_REQUEST_BYTES
    error_estimate: ErrorEstimate = UNSYNCHRONISED
    poisson: bool = False
    burst: int = 1
    tlvs: tuple[Tlv, ...] = ()
    key: bytes | None = None
    tlv_key: bytes | None = None
    need_ssid: bool = False

    def schedule(self) -> tuple[int, ...]:
        """Offsets of the probes, then of the closing probe."""
        if self.poisson:
            offsets = poisson(self.count, self.interval_ns, self.seed)
        elif self.burst > 1:
            offsets = bursts(self.count, self.interval_ns, self.seed, self.burst)
        else:
            offsets = periodic(self.count, self.interval_ns, self.seed)
        return (*offsets, offsets[-1] + min(self.interval_ns, CLOSING_GAP_NS))
