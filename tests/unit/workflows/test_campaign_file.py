"""Campaign files: what they say, and every message about what is wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from goldens import check_golden

from netkit.errors import InputError
from netkit.model.planning.tier import PROFILES, Scope
from netkit.workflows.campaign_file import Campaign, load_campaign

SHORT = """\
#!/usr/bin/env -S netkit probe run
name: metro
topology: ../topologies/lab-metro.yaml
pairs:
  - {src: a, dst: b}
"""

FULL = (
    SHORT
    + """\
  - {src: b, dst: c}
description: All of it
profile: "2021"
scope: region
count: 500
interval_ms: 12.5
timeout_ms: 2000
request_bytes: 1400
seed: 7
"""
)

WRONG = """\
name: 12
topologie: x.yaml
profile: "2032"
scope: nation
pairs:
  - {src: a, dst: a}
  - {src: a, dst: b}
  - {src: a, dst: b}
  - {source: a, dst: c}
  - [a, b]
count: 0
interval_ms: fast
timeout_ms: -1
request_bytes: 74
seed: 1.5
"""


def test_defaults(tmp_path: Path) -> None:
    path = tmp_path / "metro.yaml"
    path.write_text(SHORT)
    assert load_campaign(path) == Campaign(
        "metro", tmp_path / "../topologies/lab-metro.yaml", (("a", "b"),)
    )


def test_every_key(tmp_path: Path) -> None:
    path = tmp_path / "full.yaml"
    path.write_text(FULL)
    assert load_campaign(path) == Campaign(
        "metro", tmp_path / "../topologies/lab-metro.yaml", (("a", "b"), ("b", "c")),
        profile=PROFILES["2021"], scope=Scope.REGION, count=500, interval_ms=12.5, timeout_ms=2000,
        request_bytes=1400, seed=7, description="All of it",
    )  # fmt: skip


def test_everything_wrong_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text(WRONG)
    with pytest.raises(InputError) as error:
        load_campaign("wrong.yaml")
    check_golden("errors/campaign.txt", f"{error.value}\n")


@pytest.mark.parametrize("text", ["name: a\ntopology: b\npairs: []\n", "", "- a\n", "name: [\n"])
def test_nothing_to_measure_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text(text)
    with pytest.raises(InputError):
        load_campaign(path)
    with pytest.raises(InputError):
        load_campaign(tmp_path / "missing.yaml")
