"""``netkit agent`` with input that cannot be used: every problem at once, before a socket is open.

In processes of their own, as the command gives privileges away for good.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from goldens import ROOT

from netkit.workflows.campaigns.verified_units import verify_units

SITES = """
name: {name}
sites:
  - {{name: a, addresses: ["::1"]}}
  - {{name: b, addresses: ["::1"], port: 863}}
measure:
  - mesh: [a, {second}]
"""


def agent(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from netkit.cli.main import main; main()", "agent"]
    return subprocess.run(
        [*command, *map(str, words)], capture_output=True, text=True, timeout=120, check=False
    )


def test_what_is_wrong_in_any_file_is_told_at_once(tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text(SITES.format(name="one", second="c"), encoding="utf-8")
    other.write_text("sites: 3\n", encoding="utf-8")
    done = agent(one, other, "--site", "a")
    assert done.returncode == 3
    assert "one.yaml:7" in done.stderr
    assert "other.yaml:1" in done.stderr


def test_a_site_that_there_is_not_is_refused_with_what_there_is(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(SITES.format(name="one", second="b"), encoding="utf-8")
    done = agent(file, "--site", "aa")
    assert done.returncode == 3
    assert "--site: aa; expected a site of one. Did you mean" in done.stderr


def test_two_campaigns_of_one_name_would_share_their_windows(tmp_path: Path) -> None:
    for name in ("one", "other"):
        text = SITES.format(name="same", second="b")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    done = agent(tmp_path / "one.yaml", tmp_path / "other.yaml", "--site", "a")
    assert done.returncode == 3
    assert "campaigns of one name: same" in done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_unit() -> None:
    text = (ROOT / "probes" / "netkit-agent.service").read_text(encoding="utf-8")
    installed = text.replace("/opt/netkit/bin/netkit", sys.executable)
    assert verify_units({"/etc/systemd/system/netkit-agent.service": installed})
