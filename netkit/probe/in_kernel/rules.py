"""By what rules requests are answered, as values, and as the program reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netkit.model.units import NS_PER_S
from netkit.probe.in_kernel.layout import ALLOW_LIST, RULES, STATELESS
from netkit.probe.reflector.admission.access import IpNetwork
from netkit.probe.reflector.admission.buckets import IPV4_LENGTH
from netkit.probe.reflector.engine import MAX_SESSIONS
from netkit.probe.reflector.sessions import shares
from netkit.wire.timestamps import ErrorEstimate

_NO_FORM = 0xBFFF
_ADDRESS_BITS = 32
_LONGEST_NS = 10**18


@dataclass(frozen=True, slots=True)
class Rules:
    """The options of a reflector that bear on base packets; the same words, the same meaning."""

    port: int
    allowed: tuple[IpNetwork, ...] = ()
    source_rate: float | None = None
    total_rate: float | None = None
    ipv4_length: int = IPV4_LENGTH
    max_sessions: int = MAX_SESSIONS
    stateless: bool = False

    @property
    def mask(self) -> bytes:
        """The netmask of an IPv4 network that shares a rate."""
        bits = (1 << _ADDRESS_BITS) - (1 << _ADDRESS_BITS - self.ipv4_length)
        return bits.to_bytes(4, "big")

    def to_bytes(self, error: ErrorEstimate, tai_offset_ns: int) -> bytes:
        """As the program reads them; ``tai_offset_ns`` is how far TAI is ahead of UTC."""
        made = np.zeros(1, RULES)
        made["tai_offset_ns"], made["port"] = tai_offset_ns, self.port
        made["error"] = error.to_int() & _NO_FORM
        made["flags"] = STATELESS * self.stateless | ALLOW_LIST * bool(self.allowed)
        for name, rate in (("source", self.source_rate), ("total", self.total_rate)):
            made[f"{name}_cost_ns"], made[f"{name}_depth_ns"] = bucket(rate)
        made["of_source"], made["of_network"] = shares(self.max_sessions)
        made["ipv4_mask"] = np.frombuffer(self.mask, np.uint8)
        return made.tobytes()


def bucket(rate: float | None) -> tuple[int, int]:
    """What a request costs and what a bucket holds, in ns; of no rate, nothing.

    The cost is rounded up to whole ns: never more than the rate is let in, and at a million a
    second a thousandth less at most. Below one in 30 years rates are alike, and where a bucket
    holds as many ns.

    >>> bucket(200), bucket(1e-300), bucket(1e300)
    ((5000000, 1000000000), (1000000000000000000, 1000000000000000000), (1, 1000000000000000000))
    """
    if rate is None:
        return 0, 0
    rate = min(max(rate, NS_PER_S / _LONGEST_NS), _LONGEST_NS)
    cost_ns = max(1, int(-(-NS_PER_S // rate)))
    return cost_ns, int(max(rate, 1.0) * cost_ns)
