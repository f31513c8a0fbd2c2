"""A store of two hours of windows of a mesh, and the routes of its flows."""

from __future__ import annotations

from pathlib import Path

import pytest
from alarmed_store import FIRST, PAIRS, windows
from small_topologies import line

from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.model.units import NS_PER_S
from netkit.store.windows.store import open_store
from netkit.workflows.monitoring.locate import FlowRoutes, flow_routes


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path / 'windows.sqlite'}") as opened:
        opened.add(windows(0, FIRST))
        yield opened


@pytest.fixture(scope="module")
def routes() -> FlowRoutes:
    sites = tuple(Site(name, (f"{name}.example",), name) for name in "abcd")
    flows = tuple(CampaignFlow("main", src, dst, NS_PER_S) for src, dst in PAIRS)
    return flow_routes(FieldCampaign("watch", sites, flows), line(1000, 1000, 1000))
