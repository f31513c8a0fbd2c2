"""What the file states of each link of a lab, as the ledger holds probes against it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from netkit.lab.delay.line_shape import QUEUE_NS
from netkit.lab.delay.netem.batch import SLOW_BPS
from netkit.lab.kernel.router_setup import CORE_MTU
from netkit.model.network.fabrics import FabricMember
from netkit.model.network.topology import Topology
from netkit.model.srv6.segment_list import Certificate
from netkit.model.units import NS_PER_S, PPB, us_to_ns

ETHERNET_BYTES = 18
"""A header with a VLAN's: it counts where a capacity does."""

Crossing = tuple[str, str]
"""A link and the node that it was entered at. Of a probe that an exchange lost before it was on its
way to another member nobody knows the link, but only the leg ``fabric:member``."""


@dataclass(frozen=True)
class Stated:
    """What each link of the file is to do: its delay, its variation, its capacity, whether it loses
    packets. Of ``crowded`` ones the queue may have been full of probes."""

    topology: Topology
    crowded: frozenset[Crossing] = frozenset()

    def delay_ns(self, crossing: Crossing) -> int:
        """The least that it is to hold a packet."""
        return us_to_ns(self.topology.adjacency[crossing].delay_us)

    def most_ns(self, crossing: Crossing) -> int:
        """The most, of a link that is idle and sends in no time."""
        jitter_us = self.topology.adjacency[crossing].jitter_us
        return self.delay_ns(crossing) + us_to_ns(jitter_us or 0)

    def sending_ns(self, crossing: Crossing) -> int:
        """What the longest frame takes at its capacity."""
        adjacency = self.topology.adjacency[crossing]
        frame_bits = 8 * ((adjacency.mtu_bytes or CORE_MTU) + ETHERNET_BYTES)
        known = (pool.capacity_bps for pool in adjacency.pools)
        return sum(frame_bits * NS_PER_S // bps for bps in known if bps is not None)

    def queue_ns(self, crossing: Crossing) -> int:
        """How long a packet may wait before it is sent, where probes alone can queue."""
        known = [pool.capacity_bps for pool in self.topology.adjacency[crossing].pools]
        slow = any(bps is not None and bps < SLOW_BPS for bps in known)
        return QUEUE_NS if slow else 0

    def loss_share(self, crossing: Crossing) -> float:
        """The share of packets that it is to lose by chance, a leg too."""
        known = self.topology.adjacency.get(crossing) or self._legs.get(crossing)
        return 0.0 if known is None else (known.loss_ppb or 0) / PPB

    def leg_of(self, crossing: Crossing) -> Crossing | None:
        """The leg by which a link over an exchange begins; None of other links."""
        link = self.topology.link.get(crossing[0])
        if link is None or link.fabric is None:
            return None
        return f"{link.fabric}:{crossing[1]}", crossing[1]

    def name(self, crossing: Crossing) -> str:
        """What the file calls it: some links have a name each way."""
        known = self.topology.adjacency.get(crossing)
        return crossing[0] if known is None else known.label

    def listed(self, certificate: Certificate) -> frozenset[Crossing]:
        """All that a probe may be on by a certificate: its links, and the legs by which they begin,
        on which it may be lost."""
        legs = (leg for one in certificate.links if (leg := self.leg_of(one)) is not None)
        return frozenset((*certificate.links, *legs))

    @cached_property
    def _legs(self) -> dict[Crossing, FabricMember]:
        return {
            (f"{fabric.id}:{member.node}", member.node): member
            for fabric in self.topology.fabrics
            for member in fabric.members
        }
