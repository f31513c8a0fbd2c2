"""``netkit probe run`` over loopback: windows in the store, its document, and what it refuses."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT
from reflector_process import free_port, reflecting

from netkit.model.measurement.sample import Outcome, Stamp, StampSource
from netkit.model.measurement.window import WindowSelection
from netkit.model.verdict import Verdict
from netkit.probe.reflector.engine import Reflector
from netkit.store.round_lock import lock_of, one_round
from netkit.store.windows.spool import waiting
from netkit.store.windows.store import open_store

CAMPAIGN = """\
name: own
count: 20
interval_ms: 5
timeout_ms: 300
scope: national
sites:
  - {{name: a, addresses: ["::1"]}}
  - {{name: b, addresses: ["::1"], port: {port}}}
measure: [{{pairs: [{{src: a, dst: b}}]}}]
"""
PAGE = (ROOT / "docs" / "campaigns.md").read_text(encoding="utf-8")


@pytest.fixture
def campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "state"))
    path = tmp_path / "own.yaml"
    path.write_text(CAMPAIGN.format(port=free_port()))
    return path


def port_of(campaign: Path) -> str:
    return re.findall(r"port: (\d+)", campaign.read_text())[0]


def test_windows_are_in_the_store_of_this_machine(campaign: Path) -> None:
    with reflecting("--bind", "::1", "--port", port_of(campaign)):
        done = netkit("probe", "run", campaign, "--site", "a", "--json")
    document = json.loads(done.stdout)
    (flow,) = document["flows"]
    assert (flow["error"], flow["result"]["counts"]["received"]) == (None, 20)
    assert all(f"`{key}`" in PAGE for one in (document, flow, flow["flow"]) for key in one)
    with open_store() as store:
        windows = list(store.windows(WindowSelection()))
    assert document["windows_stored"] == len(windows) in (1, 2)
    assert sum(one.outcomes[Outcome.RECEIVED] for one in windows) == 20
    assert {(one.key.campaign, one.key.observer, one.key.src, one.key.dst, one.key.flow)
            for one in windows} == {("own", "a", "a", "b", "main")}  # fmt: skip
    assert {one.bound_us for one in windows} == {20_000}
    assert all(one.forward.delay.count + one.backward.delay.count for one in windows)


def test_windows_wait_while_the_central_database_is_away(campaign: Path) -> None:
    nobody = f"postgresql://127.0.0.1:{free_port('127.0.0.1')}/netkit"
    with reflecting("--bind", "::1", "--port", port_of(campaign)):
        done = netkit("probe", "run", campaign, "--site", "a", "-q", "--store", nobody)
    assert "the windows wait here, and the next round delivers them" in done.stderr
    with open_store() as store:
        assert waiting(store) == len(list(store.windows(WindowSelection()))) > 0


def test_a_store_that_cannot_be_costs_nobody_the_figures(campaign: Path, tmp_path: Path) -> None:
    (tmp_path / "other.sqlite").write_text("no database")
    url = f"sqlite:///{tmp_path / 'other.sqlite'}"
    with reflecting("--bind", "::1", "--port", port_of(campaign)):
        done = netkit("probe", "run", campaign, "--site", "a", "--json", "--store", url)
    assert done.returncode == 3
    assert json.loads(done.stdout)["flows"][0]["result"]["counts"]["received"] == 20
    assert "other.sqlite" in done.stderr


def test_the_address_that_answers_is_taken(campaign: Path) -> None:
    text = campaign.read_text().replace(
        '{name: b, addresses: ["::1"]', '{name: b, addresses: [127.0.0.1, "::1"]'
    )
    campaign.write_text(text)
    with reflecting("--bind", "::1", "--port", port_of(campaign)):
        done = netkit("probe", "run", campaign, "--site", "a", "--json", "--no-store")
    (flow,) = json.loads(done.stdout)["flows"]
    assert (flow["result"]["address"], flow["result"]["counts"]["received"]) == ("::1", 20)


@contextmanager
def hostile(port: int) -> Iterator[None]:
    """It answers in pairs, the later one first, each twice, and for a session that is not there."""
    reflector, ended = Reflector(), threading.Event()
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
        udp.bind(("::1", port))
        udp.settimeout(0.05)

        def serve() -> None:
            held: list[tuple[bytes, tuple[str, int]]] = []
            while not ended.is_set():
                try:
                    request, source = udp.recvfrom(2048)
                except TimeoutError:
                    request = b""
                if request:
                    now_ns = time.time_ns()
                    stamp = Stamp(now_ns, StampSource.USERSPACE)
                    reply = reflector.reflect(
                        request, source[:2], stamp, 64, now_ns=now_ns, wall_ns=now_ns
                    )
                    held.append((reply.data, source))
                if len(held) == 2 or (held and not request):
                    for data, source in reversed(held):
                        foreign = bytearray(data)
                        foreign[28:36] = b"\xff" * 8  # the sender's timestamp, copied back
                        for one in (data, data, bytes(foreign)):
                            udp.sendto(one, source)
                    held.clear()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def test_a_hostile_peer_is_counted_and_believed_once(campaign: Path) -> None:
    with hostile(int(port_of(campaign))):
        done = netkit("probe", "run", campaign, "--site", "a", "--json")
    (flow,) = json.loads(done.stdout)["flows"]
    result = flow["result"]
    assert (result["counts"]["sent"], result["counts"]["duplicated"]) == (20, 20)
    assert sum(result["outcomes"].values()) == 20
    assert result["notes"]["ignored: not an answer to this session"] >= 20
    with open_store() as store:
        windows = list(store.windows(WindowSelection()))
    assert sum(sum(one.outcomes.values()) for one in windows) == 20
    assert sum(one.backward.duplicates for one in windows) == 20


def test_windows_say_which_rounds_are_missing(campaign: Path, tmp_path: Path) -> None:
    with reflecting("--bind", "::1", "--port", port_of(campaign)):
        with one_round(lock_of(tmp_path / "state", "own", "a"), "own at a"):
            assert netkit("probe", "run", campaign, "--site", "a").returncode == 3
        netkit("probe", "run", campaign, "--site", "a")
    with open_store() as store:
        first, *others = store.windows(WindowSelection())
    assert first.notes["rounds skipped before"] == 1
    assert not any("rounds skipped before" in one.notes for one in others)


def test_a_site_sends_from_the_first_of_its_addresses_that_this_host_has(campaign: Path) -> None:
    text = campaign.read_text().replace('name: a, addresses: ["::1"]', "name: a, addresses: [A]")
    campaign.write_text(text.replace("[A]", "[192.0.2.77, 127.0.0.1]").replace("::1", "127.0.0.1"))
    with reflecting("--bind", "127.0.0.1", "--port", port_of(campaign)):
        done = netkit("probe", "run", campaign, "--site", "a", "--json", "--no-store")
    (flow,) = json.loads(done.stdout)["flows"]
    assert (flow["error"], flow["result"]["counts"]["received"]) == (None, 20)


def test_a_flow_that_cannot_be_sent_leaves_a_window_that_says_so(campaign: Path) -> None:
    """Or it could not be told from one that is not in the campaign any more."""
    text = campaign.read_text().replace('name: a, addresses: ["::1"]', "name: a, addresses: [A]")
    campaign.write_text(text.replace("[A]", "[192.0.2.77]").replace('["::1"]', "[127.0.0.1]"))
    before_ns = time.time_ns()
    done = netkit("probe", "run", campaign, "--site", "a", "--json")
    document = json.loads(done.stdout)
    (flow,) = document["flows"]
    assert (done.returncode, document["windows_stored"]) == (3, 1)
    with open_store() as store:
        (window,) = store.windows(WindowSelection())
    assert window.outcomes == {Outcome.NOT_SENT: 20}
    assert (window.probes, window.forward.sent, window.verdict) == (0, 0, Verdict.UNKNOWN)
    assert window.notes == {f"not sent: {flow['error']}": 20}
    assert before_ns - 60 * 10**9 < window.key.start_ns <= time.time_ns()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--site: nothing; expected a site of own: a, b. In the lab instead: netkit lab run"),
        (("--site", "c"), "--site: c; expected a site of own: a, b"),
        (("--site", "b"), "only answers: `netkit probe reflect` does that"),
    ],
)
def test_bad_input(campaign: Path, words: tuple[str, ...], said: str) -> None:
    done = netkit("probe", "run", campaign, *words)
    assert (done.returncode, done.stdout) == (3, "")
    assert said in done.stderr


def test_two_sites_with_one_address(campaign: Path) -> None:
    text = campaign.read_text()
    campaign.write_text(re.sub(r", port: \d+", "", text))
    done = netkit("probe", "run", campaign, "--site", "a")
    assert (done.returncode, done.stdout) == (3, "")
    assert "own.yaml:8: sites item 2: b has the address of a: ::1 port 862" in done.stderr
