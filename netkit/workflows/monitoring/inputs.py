"""A campaign file to what watching needs of it: its windows as a mesh, and the routes of flows."""

from __future__ import annotations

from pathlib import Path

from netkit.errors import InputError
from netkit.monitor.alarms.silence import Expected
from netkit.store.windows.store import WindowStore
from netkit.workflows.campaigns.field import load_campaign
from netkit.workflows.monitoring.locate import FlowRoutes, flow_routes
from netkit.workflows.monitoring.mesh import MeshReader, floors


def mesh_of(file: Path, store: WindowStore) -> tuple[MeshReader, FlowRoutes | None]:
    """The windows and the routes of a campaign; no routes without a topology.

    Raises :class:`~netkit.errors.InputError` for a file that cannot be used.
    """
    found = load_campaign(file, sending=False)
    campaign, topology = found.campaign, found.topology
    reader = MeshReader(store, campaign.name, floors(campaign, topology), Expected.of(campaign))
    return reader, None if topology is None else flow_routes(campaign, topology)


def routed_mesh_of(file: Path, store: WindowStore) -> tuple[MeshReader, FlowRoutes]:
    """The same, with routes or an error that says what they take."""
    reader, routes = mesh_of(file, store)
    if routes is None:
        expected = "topology: a file, for the links that flows cross"
        raise InputError.single("no topology", file=str(file), expected=expected)
    return reader, routes
