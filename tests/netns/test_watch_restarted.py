"""The closed loop as typed, on a router in a namespace: killed before it confirms, and after."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from applied_router import own, router
from command import netkit
from goldens import ROOT
from measured_windows import direction, window
from surveyed_lab import links_campaign
from waiting import until

from netkit.api import load_topology
from netkit.model.verdict import Verdict
from netkit.monitor.loop.survey import smallest_survey
from netkit.store.audit_log import entries
from netkit.store.state_folder import audit_path
from netkit.store.windows.store import open_store

pytestmark = pytest.mark.netns

REGION = ROOT / "topologies" / "lab-region.yaml"
PAIR = ("--pair", "hangzhou:wuhu-dc")
S_NS = 10**9


class Place:
    """A router that holds its plan, and a store."""

    def __init__(self, folder, netns):
        self.folder, self.netns, self.region = folder, netns, load_topology(REGION)
        self.state, self.url = folder / "state", f"sqlite:///{folder / 'w.sqlite'}"
        self.sessions = smallest_survey(self.region, set(self.region.node)).sessions
        self.file = folder / "links.yaml"
        self.file.write_text(links_campaign(self.region, REGION))
        assert netkit("emit", REGION, *PAIR, "-o", folder / "configs").returncode == 0
        where = ("--router", "hangzhou", "--netns", netns)
        done = netkit("apply", folder / "configs", *where)
        assert done.returncode == 0, done.stderr

    def delay_us(self, link):
        return self.region.adjacency[link].delay_us + 900 * (link[0] == "old-cable")

    def outcomes(self):
        found = entries(audit_path(self.state))
        return [one["outcome"] for one in found if one["action"] == "watch"]

    def measure(self, *, pair=False):
        """A second in which the cable is longer; with ``pair`` customers are seen in their tier."""
        start_ns = (time.time_ns() // S_NS - 1) * S_NS
        with open_store(self.url) as store:
            for number, one in enumerate(self.sessions):
                ways = [sum(map(self.delay_us, way)) for way in (one.links, one.back)]
                there, back = (direction([way, way + 9], Verdict.UNKNOWN, 5) for way in ways)
                seen = window(one.src, one.dst, campaign="links", flow=f"l{number}")
                key = replace(seen.key, start_ns=start_ns, length_ns=S_NS)
                store.add([replace(seen, key=key, forward=there, backward=back)])
            if pair:
                seen = window("hangzhou", "wuhu-dc", campaign="links", verdict=Verdict.PASS)
                key = replace(seen.key, start_ns=start_ns, length_ns=S_NS)
                store.add([replace(seen, key=key)])

    @contextmanager
    def watching(self):
        """A loop that is killed at the end of the block."""
        command = (
            sys.executable, "-c", "from netkit.cli.main import main; main()", "watch", REGION,
            self.file, *PAIR, "--store", self.url, "--interval", "1s",
            "--gap", "0s", "--apply", f"hangzhou={self.netns}",
        )  # fmt: skip
        process = subprocess.Popen(
            [*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def until(self, process, outcome, *, pair=False):
        def there():
            assert process.poll() is None, process.communicate()
            self.measure(pair=pair)
            return self.outcomes()[-1:] == [outcome]

        until(there, outcome)


def test_a_loop_that_is_killed_and_started_again_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "state"))
    with router(interfaces=4) as netns:
        place, emitted = Place(tmp_path, netns), own(netns)
        with place.watching() as process:
            place.until(process, "applied")
        changed = own(netns)
        assert changed != emitted
        with place.watching() as process:
            until(lambda: "resumed" in place.outcomes(), "the second")
            place.until(process, "applied")
            place.until(process, "confirmed", pair=True)
            other = netkit("watch", REGION, place.file, *PAIR, "--apply", f"hangzhou={netns}")
            assert "another netkit watch of links" in other.stderr
        assert own(netns) == changed
        before = len(place.outcomes())
        with place.watching() as process:
            until(lambda: len(place.outcomes()) > before, "the third")
            assert place.outcomes()[before] == "resumed"
            assert process.poll() is None
        assert own(netns) == changed
    assert netkit("audit", "verify").returncode == 0
    trail = [one["action"] for one in entries(audit_path(tmp_path / "state"))]
    assert trail.count("rollback") == 1
