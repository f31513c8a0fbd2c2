"""``netkit agent`` with input that cannot be used: every problem at once, before a socket is open.

In this process, which keeps the privileges that the command gives away for good.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from command import Done, netkit
from goldens import ROOT
from waiting import heard, running

from netkit.probe.kernel import no_new_privileges
from netkit.workflows.campaigns.install.verified_units import verify_units

SITES = """
name: {name}
sites:
  - {{name: a, addresses: ["::1"]}}
  - {{name: b, addresses: ["::1"], port: 863}}
measure:
  - mesh: [a, {second}]
"""


READ_BY_ROOT_ALONE = """
import sys
from netkit.cli.main import main
from netkit.probe.run.agent import agent
drop_privileges = agent.drop_privileges
def dropped(user):
    drop_privileges(user)
    sys.meta_path.clear()
agent.drop_privileges = dropped
main()
"""
"""Nothing can be loaded any more once root is given away, as where nobody else can read files."""

AGENT = (sys.executable, "-c", READ_BY_ROOT_ALONE, "agent")


def agent(*words: str | Path) -> Done:
    with patch.object(no_new_privileges, "renounce_new_privileges"):
        return netkit("agent", *words)


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
    assert "--site: aa; expected a site of one: a, b. Did you mean" in done.stderr


def test_two_campaigns_of_one_name_would_share_their_windows(tmp_path: Path) -> None:
    for name in ("one", "other"):
        text = SITES.format(name="same", second="b")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    done = agent(tmp_path / "one.yaml", tmp_path / "other.yaml", "--site", "a")
    assert done.returncode == 3
    assert "campaigns of one name: same" in done.stderr


def test_an_address_for_scrapers_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(SITES.format(name="one", second="b"), encoding="utf-8")
    done = agent(file, "--site", "a", "--metrics", "here:99999")
    assert done.returncode == 3
    assert "--metrics: here:99999" in done.stderr


@pytest.fixture
def for_all() -> Iterator[Path]:
    """A folder that also whoever root becomes may write."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def test_an_agent_answers_scrapers_from_a_process_that_ends_with_it(for_all: Path) -> None:
    free = [_free_port() for _ in range(3)]
    file = for_all / "one.yaml"
    ports = SITES.replace('"]}}', '"], port: PORT}}', 1).replace("863", "OTHER")
    text = ports.replace("PORT", str(free[0])).replace("OTHER", str(free[1]))
    file.write_text(text.format(name="one", second="b"), encoding="utf-8")
    more = ("--store", f"sqlite:///{for_all / 'w.sqlite'}", "--metrics", f"[::1]:{free[2]}")
    with running(*AGENT, str(file), "--site", "a", *more, ready="probing with") as process:
        assert "netkit_build_info{" in _scraped(free[2])
        process.send_signal(signal.SIGHUP)
        assert process.stderr is not None
        heard(process.stderr.fileno(), b"went on as")
        process.send_signal(signal.SIGTERM)
        assert process.wait(300) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("::1", free[2]), timeout=5)


OPENED_LATE = """
import sys
from pathlib import Path
from netkit.workflows.agents.run import AgentRequest, _opener
opened = _opener(AgentRequest((Path("c.yaml"),), "a", store=sys.argv[1]))
sys.meta_path.clear()
opened().close()
"""
"""Nothing can be loaded any more when the store is opened, as by a user who cannot read files."""


def test_a_store_is_opened_without_loading_anything_more(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'w.sqlite'}"
    subprocess.run([sys.executable, "-c", OPENED_LATE, store], check=True, timeout=300)


SCRAPED_LATE = """
import importlib.metadata
import sys, time
from netkit.store.windows.store import open_store
from netkit.workflows.monitoring.metrics import MetricsOptions, Scraped
store = open_store(sys.argv[1])
scraped = Scraped(store.windows, MetricsOptions(), time.time_ns)
sys.meta_path.clear()
importlib.metadata.Distribution.from_name = None
for accept in ("", "application/openmetrics-text; version=1.0.0"):
    assert b"netkit_build_info" in scraped.text(accept)[0]
store.close()
"""
"""No file of netkit's can be read any more when a scraper comes."""


def test_a_scraper_is_answered_without_reading_anything_more(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'w.sqlite'}"
    subprocess.run([sys.executable, "-c", SCRAPED_LATE, store], check=True, timeout=300)


def _free_port() -> int:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as free:
        free.bind(("::1", 0))
        return int(free.getsockname()[1])


def _scraped(port: int) -> str:
    with urllib.request.urlopen(f"http://[::1]:{port}/metrics", timeout=300) as told:
        return str(told.read().decode())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_units() -> None:
    installed = {
        f"/etc/systemd/system/{name}": (ROOT / "probes" / name)
        .read_text(encoding="utf-8")
        .replace("/opt/netkit/bin/netkit", sys.executable)
        for name in (
            "netkit-agent.service",
            "netkit-alarms.service",
            "netkit-alarms.timer",
            "netkit-store.service",
            "netkit-store.timer",
        )
    }
    assert verify_units(installed)
