"""Light on a fibre: a cut takes the carrier from both routers' ports, as a cut fibre does.

Without it IS-IS would notice a cut by hellos that do not come. Only cables that go through the
wire's namespace can lose their light; of others IS-IS is not told.
"""

from __future__ import annotations

import socket
from collections.abc import Collection

from netkit.lab.blueprint import WIRE_NAME
from netkit.lab.igp.backend import IgpSite

_IP_BATCH = ("ip", "-batch", "-")


def set_carrier(site: IgpSite, cables: Collection[str], *, light: bool) -> None:
    """Give the ports at both ends of these cables light, or take it away."""
    wire = site.namespaces[WIRE_NAME]
    with wire.entered():
        there = {name for _, name in socket.if_nameindex()}
    ends = [
        f"w{end}"
        for index, cable in enumerate(site.blueprint.cables)
        if cable.id in cables
        for end in (2 * index, 2 * index + 1)
    ]
    state = "up" if light else "down"
    lines = [f"link set dev {end} {state}\n" for end in ends if end in there]
    if lines:
        wire.batch(_IP_BATCH, "".join(lines))
