"""Mininet's own command line over netkit's backbones, as the README says to run it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from goldens import ROOT
from lab_topologies import needs_root

pytestmark = [pytest.mark.lab, needs_root]

MN = Path(sys.executable).parent / "mn"
BACKBONES = ROOT / "mininet" / "backbones.py"
ASK = """\
import socket
udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
udp.bind(("::", 9999))
udp.settimeout(60)
print("heard", udp.recv(99), flush=True)
"""
TELL = """\
import pathlib, socket, sys, time
udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for _ in range(600):
    udp.sendto(b"hello", ("2001:db8:b::2", 9999))
    if pathlib.Path(sys.argv[1]).read_text():
        break
    time.sleep(0.1)
"""


def mn(topo, *lines, tmp_path):
    """Run a session; returns what it printed."""
    done = subprocess.run(
        [MN, "--custom", BACKBONES, "--topo", topo, "--controller", "none"],
        input="".join(f"{line}\n" for line in (*lines, "exit")),
        capture_output=True, text=True, check=False, timeout=300, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_nodes_links_and_commands_in_any_node(tmp_path):
    # Nodes run on a pty, and Debian 13's ip colours what it prints there.
    said = mn("metro", "nodes", "links", "xidan ip -color=never -6 route show 5f00:0:2::/48",
              "h-yizhuang-dc ip -color=never -6 addr show eth0", tmp_path=tmp_path)  # fmt: skip
    assert "changping h-changping h-haidian" in said
    assert "xidan:ge1<->tongzhou:ge0 (OK OK)" in said
    assert "via fd5f:0:0:1::2 dev ge0" in said
    assert "2001:db8:5::2/64" in said


def test_customers_of_two_operators_talk_over_the_planned_policies(tmp_path):
    """One tells again and again until the other has heard, so that neither need be quick."""
    (tmp_path / "ask.py").write_text(ASK)
    (tmp_path / "tell.py").write_text(TELL)
    (tmp_path / "heard").touch()
    said = mn(
        "two-operators",
        f"h-shanghai-cm python3 {tmp_path}/ask.py > {tmp_path}/heard &",
        f"h-nanjing-ct python3 {tmp_path}/tell.py {tmp_path}/heard",
        "h-shanghai-cm wait",
        tmp_path=tmp_path,
    )
    assert "Error" not in said
    assert (tmp_path / "heard").read_text() == "heard b'hello'\n"


def test_a_wrong_word_is_one_message(tmp_path):
    done = subprocess.run(
        [MN, "--custom", BACKBONES, "--topo", "metro,hosts=nobody", "--controller", "none"],
        capture_output=True, text=True, check=False, timeout=300, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 3
    said = done.stdout + done.stderr
    assert "expected all, cities, clusters" in said
    assert "pkill" not in said, "Mininet's own clean-up ends everybody's labs"
