"""docs/campaigns.md: its example runs, and every field of the format and of JSON is in it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT
from readme import blocks

from netkit.files.campaigns.campaign import _BUDGET_KEYS, _KEYS
from netkit.files.campaigns.measurements import SCHEDULE_KEYS
from netkit.files.campaigns.selectors import SELECTOR_KEYS
from netkit.files.campaigns.sites import _KEYS as SITE_KEYS
from netkit.probe.run.agent.plan import agent_plan
from netkit.probe.sender.starts import start_offset_ns
from netkit.workflows.campaigns.field import load_campaign
from netkit.workflows.campaigns.site_run import targets_of

PAGE = (ROOT / "docs" / "campaigns.md").read_text(encoding="utf-8")
PROSE = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
QUOTED = {
    word for quoted in re.findall(r"`([^`]+)`", PROSE) for word in re.findall(r"[a-z0-9_]+", quoted)
}


@pytest.fixture
def example(tmp_path: Path) -> Path:
    (tmp_path / "topologies").symlink_to(ROOT / "topologies")
    (tmp_path / "probes").mkdir()
    path = tmp_path / "probes" / "backbone.yaml"
    path.write_text(blocks("yaml", "docs/campaigns.md")[0])
    return path


def test_every_field_is_described() -> None:
    keys = {*_KEYS, *_BUDGET_KEYS, *SITE_KEYS, *SCHEDULE_KEYS, *SELECTOR_KEYS}
    assert keys <= QUOTED


def test_the_example_is_one(example: Path) -> None:
    done = netkit("probe", "run", example, "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert {(one["src"], one["dst"], one["name"]) for one in document["flows"]} == {
        ("wuhu", "hangzhou", "main"), ("qingpu", "hangzhou", "main"), ("wuhu", "qingpu", "voice"),
    }  # fmt: skip
    assert document["links"]
    assert {key for one in _objects(document) for key in one} <= QUOTED
    shown = netkit("probe", "run", example, "--dry-run", "--site", "qingpu").stdout.splitlines()
    assert sum(line.startswith("qingpu > hangzhou") for line in shown) == 1
    assert not any(line.startswith("wuhu > ") for line in shown)


def _objects(value: object) -> list[dict[str, object]]:
    if isinstance(value, dict):
        return [value, *(one for inner in value.values() for one in _objects(inner))]
    return [one for inner in value for one in _objects(inner)] if isinstance(value, list) else []


def test_the_rule_of_starts_is_the_one_that_is_written(example: Path) -> None:
    campaign = load_campaign(example).campaign
    flow = campaign.flows[0]
    leaves_ns = 300 * 10**9 - (flow.count * flow.interval_ns + 100 * 10**6 + 2 * flow.timeout_ns)
    parts = (campaign.name, "0", flow.src, flow.dst, flow.name, "5931")
    digest = hashlib.sha256(b"\0".join(part.encode() for part in parts)).digest()
    wanted = int.from_bytes(digest[:8], "big") % leaves_ns
    assert start_offset_ns(campaign.name, campaign.seed, flow, 5931, leaves_ns) == wanted
    sending_ns = flow.count * flow.interval_ns
    room_ns, last_ns = 60 * 10**9 - sending_ns, 10**8 + 2 * flow.timeout_ns
    counted = int.from_bytes(digest[:8], "big") % (5 * room_ns - last_ns)
    moment_ns = counted // room_ns * 60 * 10**9 + counted % room_ns
    (target, *_) = targets_of(campaign, campaign.site(flow.src), {}, 5931 * 300 * 10**9, wait=True)
    assert target.start_ns - 5931 * 300 * 10**9 == moment_ns
    phases = {flow.key.dst: flow.phase_ns for flow in agent_plan([campaign], flow.src).flows}
    digest = hashlib.sha256(b"\0".join(part.encode() for part in (*parts[:-1], "0"))).digest()
    assert phases[flow.dst] == int.from_bytes(digest[:8], "big") % flow.interval_ns
