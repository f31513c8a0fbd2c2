"""Which candidate path a headend uses, as routes of the customers' table.

Linux uses the route of the lowest metric: taking the primary's away leaves the backup's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netkit.emit.linux.ip_batch import RouterConfig
from netkit.emit.linux.words import CUSTOMER_TABLE, PRIMARY_METRIC
from netkit.errors import LabError
from netkit.lab.kernel.netns import Namespace
from netkit.lab.plant import IP_BATCH
from netkit.model.network.topology import Topology
from netkit.model.planning.survival import Carrier

_AHEAD = PRIMARY_METRIC - 1


@dataclass
class Headend:
    """The policy of one direction; ``carrier`` is what it uses now."""

    namespace: Namespace
    primary: str
    alone: str
    carrier: Carrier = Carrier.PRIMARY

    def use(self, carrier: Carrier) -> None:
        """Change over; ``alone`` is a route with nothing but the service SID, ahead of all."""
        if carrier is self.carrier:
            return
        lines = []
        if carrier is not Carrier.BACKUP:
            lines.append(f"route add {self._route(carrier)}\n")
        if self.carrier is not Carrier.BACKUP:
            lines.append(f"route del {self._route(self.carrier)}\n")
        self.namespace.batch(IP_BATCH, "".join(lines))
        self.carrier = carrier

    def _route(self, carrier: Carrier) -> str:
        return self.primary if carrier is Carrier.PRIMARY else self.alone


def headend(
    topology: Topology, configs: Mapping[str, RouterConfig], ends: tuple[str, str], at: Namespace
) -> Headend:
    """The headend of a direction, by the primary's route as it was emitted.

    Raises:
        LabError: no such route was emitted.
    """
    src, dst = ends
    prefix = topology.addresses.customer_prefix(topology.node[dst].sid_index)
    place = f" table {CUSTOMER_TABLE} metric {PRIMARY_METRIC} "
    for line in configs[src].ip_batch.splitlines():
        _, found, route = line.partition("route add ")
        if found and route.startswith(f"{prefix} ") and place in f"{route} ":
            before, _, rest = route.partition(" segs ")
            sids, _, after = rest.partition(" ")
            service = sids.rpartition(",")[2]
            ahead = f"{after} ".replace(f" metric {PRIMARY_METRIC} ", f" metric {_AHEAD} ").strip()
            return Headend(at, route, f"{before} segs {service} {ahead}")
    raise LabError(f"{src}: no primary route to {prefix} was emitted")
