"""Windows of a campaign as they are read, with what is certain where clocks bound nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from netkit.model.measurement.campaign import FieldCampaign
from netkit.model.measurement.window import Window, WindowSelection
from netkit.model.network.geo import certain_floor_ns
from netkit.model.network.topology import Topology
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.changes.compare import FlowKey
from netkit.stats.windows.certified import (
    CertifiedWindows,
    Floors,
    certified_windows,
    rests_on_the_mesh,
)
from netkit.store.windows.store import WindowStore


@dataclass(frozen=True)
class MeshReader:
    """Reads the windows of one campaign; each stretch of time is certified as a mesh.

    ``expected`` says which there should be, None if nobody knows.
    """

    store: WindowStore
    campaign: str
    floor_ns: Floors
    expected: Expected | None = None

    def read(self, since_ns: int, until_ns: int) -> tuple[Window, ...]:
        """The windows that began in that time, without their delay variation."""
        return self.certified(since_ns, until_ns).windows

    def of_flow(self, key: FlowKey, since_ns: int, until_ns: int) -> tuple[Window, ...] | None:
        """The same of one flow; None where what is certain of it takes those of all others."""
        asked = WindowSelection(self.campaign, key.src, key.dst, key.flow, since_ns, until_ns)
        found = tuple(self.store.windows(asked, ipdv=False))
        return None if any(map(rests_on_the_mesh, found)) else found

    def certified(self, since_ns: int, until_ns: int) -> CertifiedWindows:
        """The same, with the stretches of time whose mesh contradicts itself."""
        asked = WindowSelection(self.campaign, since_ns=since_ns, until_ns=until_ns)
        return self._certified(asked)

    def windows(self, asked: WindowSelection) -> tuple[Window, ...]:
        """Those of the campaign that are asked for, as :meth:`read` has them."""
        return self._certified(replace(asked, campaign=self.campaign)).windows

    def _certified(self, asked: WindowSelection) -> CertifiedWindows:
        return certified_windows(self.store.windows(asked, ipdv=False), self.floor_ns)


def floors(campaign: FieldCampaign | None, topology: Topology | None) -> Floors:
    """Light time between the nodes that sites stand for; 0, which always holds, where a place is
    not known."""
    places = {}
    if campaign is not None and topology is not None:
        nodes = {site.name: topology.node.get(site.node or "") for site in campaign.sites}
        places = {name: node.coordinates for name, node in nodes.items() if node is not None}

    def floor_ns(src: str, dst: str) -> int:
        a, b = places.get(src), places.get(dst)
        return 0 if a is None or b is None else certain_floor_ns(a, b)

    return floor_ns
