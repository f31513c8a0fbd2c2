"""``netkit probe send`` with what probes can ask for, against a reflector process on loopback."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import netkit
from goldens import ROOT
from reflector_process import NETKIT, free_port, reflecting

from netkit.cli.commands.probe import send
from netkit.cli.commands.probe.watch import state
from netkit.errors import ExitCode
from netkit.probe.sender.result import Snapshot

DOCUMENTED = ROOT / "docs" / "probe-send-json.md"
MS = 1_000_000


def reflect(*words: str) -> subprocess.CompletedProcess[str]:
    command = [*NETKIT, "reflect", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Port and key file of a reflector on ::1 and 127.0.0.1 that wants the key."""
    file = tmp_path_factory.mktemp("key") / "stamp.key"
    file.touch(mode=0o600)
    file.write_text("0123456789abcdef" * 4)
    port, binds = str(free_port()), ("--bind", "::1", "--bind", "127.0.0.1")
    with reflecting(*binds, "--port", port, "--key-file", str(file)):
        yield port, str(file)


def document(*words: str) -> dict[str, Any]:
    done = netkit("probe", "send", *words, "--json", "--interval", "2ms")
    assert done.returncode == ExitCode.OK, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_option_at_once(keyed: tuple[str, str]) -> None:
    port, file = keyed
    found = document(
        "::1", "--port", port, "--key-file", file, "--count", "20", "--flows", "3",
        "--dscp", "46", "--ecn", "1", "--direct-measurement", "--location", "--burst", "2",
        "--size", "400", "--return-segments", "5f00:0:1:1::", "-6",
    )  # fmt: skip
    assert found["outcomes"]["received"] == sum(found["outcomes"].values()) == 60
    assert found["counts"]["received"] == 60
    assert found["stamps"] == dict.fromkeys(("t1", "t2", "t3", "t4"), "kernel")
    path = found["path"]
    assert path["forward_dscp"] == path["backward_dscp"] == {"46": 63}
    assert path["forward_ecn"] == {"1": 63}
    assert path["return_path"] == {"refused": 63}
    assert path["refused"] == {"return_path": 63}
    assert path["direct_measurement"] == dict.fromkeys(
        ("sender_sent", "reflector_received", "reflector_sent"), 63
    )
    ports = [flow["source_port"] for flow in found["flows"]]
    assert len(set(ports)) == 3
    assert path["seen_as"] == [{"address": "::1", "port": port} for port in ports]
    assert found["backward"]["judged_us"] is None, "not of the way back that was asked for"
    slowest = max(flow["forward"]["judged_us"] for flow in found["flows"])
    assert found["forward"]["judged_us"] == slowest
    for way in ("forward", "backward"):
        assert found[way]["min_us"] == found[way]["owd"]["min_ns"] / 1000
        assert found[way]["p50_us"] == found[way]["owd"]["p50_ns"] / 1000
        assert found[way]["p99_us"] == found[way]["owd"]["p99_ns"] / 1000
        assert found[way]["ipdv_p50_us"] == found[way]["ipdv"]["p50_ns"] / 1000
    every_field_is_documented(found)


def every_field_is_documented(found: dict[str, Any]) -> None:
    words = set(re.findall(r"`(\w+)`", DOCUMENTED.read_text(encoding="utf-8")))
    fields = {*found, *found["forward"], *found["path"], *found["flows"][0]}
    fields |= {*found["outcomes"], *found["counts"], *found["forward"]["owd"]}
    assert fields - {"schema"} <= words


def test_a_bound_on_a_way_back_that_was_not_taken_is_not_judged(keyed: tuple[str, str]) -> None:
    port, file = keyed
    done = netkit(
        "probe", "send", "::1", "--port", port, "--key-file", file, "--interval", "2ms",
        "--count", "20", "--return-segments", "5f00::1", "--bound", "10s", "--clock-error", "0ms",
        "--json",
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert done.returncode == ExitCode.UNKNOWN
    assert (found["forward"]["verdict"], found["backward"]["verdict"]) == ("pass", "unknown")
    assert found["verdict"] == "unknown"


def test_ipv4(keyed: tuple[str, str]) -> None:
    port, file = keyed
    found = document("localhost", "-4", "--port", port, "--key-file", file, "--dscp", "10")
    assert found["address"] == "127.0.0.1"
    assert found["path"]["backward_dscp"] == {"10": 11}


def test_the_base_packet_alone(keyed: tuple[str, str]) -> None:
    port, file = keyed
    found = document("::1", "--port", port, "--key-file", file, "--size", "112")
    assert found["counts"]["received"] == 10
    assert found["stamps"]["t3"] == "userspace"


def test_people_are_told_as_well(keyed: tuple[str, str]) -> None:
    port, file = keyed
    done = netkit(
        "probe", "send", "::1", "--port", port, "--key-file", file, "--interval", "2ms",
        "--flows", "2", "--dscp", "46", "--return-segments", "5f00::1", "--location",
        "--direct-measurement",
    )  # fmt: skip
    assert done.returncode == ExitCode.OK, done.stderr
    for words in (
        "22 replies came back the plain way",
        "DSCP at the reflector: 46 (22)",
        "DSCP back here: 46 (22)",
        "Seen as ::1 port",
        "Counted: 22 sent, 22 received, 22 sent back",
    ):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["send", "::1", "-4", "-6"], "-4 and -6; expected one of them"),
        (["send", "::1", "--poisson", "--burst", "2"], "--poisson and --burst"),
        (["send", "::1", "--segments", "a,5f00::1,b"], "--segments: b; expected an IPv6 address"),
        (["send", "127.0.0.1", "--segments", "5f00::1"], "127.0.0.1; expected an IPv6 host"),
        (["send", "::1", "--key-file", "a", "--tlv-key-file", "b"], "expected one of them"),
        (["send", "::1", "--same-link", "--return-segments", "::1"], "--same-link and"),
        (["send", "::1", "--return-address", "x"], "--return-address: x; expected an IPv6 or IPv4"),
        (["send", "::1", "--csv", "/nowhere/at.csv"], "a file in a folder that exists"),
        (["reflect", "--node-address", "x"], "--node-address: x; expected an IPv6 or IPv4"),
        (["send", "::1", "--dscp", "64"], "--dscp"),
        (["send", "::1", "--key-file", "/nowhere"], "/nowhere: No such file"),
        (["send", "::1", "--segments", ",".join(["::1"] * 17)], "17 segments; expected at most 16"),
        (["send", "::1", "--flows", "2", "--source-port", "65535"], "--source-port"),
        (["reflect", "--allow", "2001:db8::1/32"], "2001:db8::1/32; expected a prefix"),
        (["reflect", "--allow-return", "x", "--port", "8620"], "--allow-return: x"),
        (["trace", "::1", "--segments", "x"], "--segments: x; expected an IPv6 address"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_3(words: list[str], message: str) -> None:
    done = reflect(*words[1:]) if words[0] == "reflect" else netkit("probe", *words)
    assert done.returncode == ExitCode.UNKNOWN
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="gives root away; needs it")
def test_a_user_that_there_is_not() -> None:
    done = reflect("--bind", "::1", "--port", "0", "--user", "nobody-at-all")
    assert done.returncode == ExitCode.UNKNOWN
    done = reflect("--bind", "::1", "--port", "18629", "--user", "nobody-at-all")
    assert done.returncode == ExitCode.UNKNOWN
    assert "--user: nobody-at-all; expected a user of this host" in done.stderr


def test_the_line_that_is_watched() -> None:
    flows = [Snapshot(10, 7, 1, (2 * MS, 4 * MS)), Snapshot(10, 8, 0, (1 * MS,))]
    assert state(flows) == ("20 sent, 15 back, loss 6.2%, round trip p50 2.000 p99 4.000 ms")
    assert state([Snapshot(1, 0, 0, ())]) == "1 sent, 0 back, loss -"


def test_a_file_that_cannot_be_written_is_told_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match=r"at\.csv"):
        send._check_place(tmp_path / "at.csv")
