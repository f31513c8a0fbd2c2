"""What is not permitted is told as a missing capability, not as a missing kernel option."""

import os

import pytest

from netkit.errors import LabError
from netkit.lab.check import requirements
from netkit.lab.check.machine import _remedy
from netkit.lab.check.requirements import CAPABILITIES, capability_need, node_need, pty_need
from netkit.lab.delay.trials import Trial

ALL = sum(1 << bit for bit in CAPABILITIES.values())


def need(tmp_path, mask):
    path = tmp_path / "status"
    path.write_text(f"Name:\tpython\nCapEff:\t{mask:016x}\nSeccomp:\t0\n")
    return capability_need(path)


def test_all_that_a_lab_needs(tmp_path):
    assert need(tmp_path, ALL).present


@pytest.mark.parametrize("name", CAPABILITIES)
def test_each_that_is_missing_is_named(tmp_path, name):
    found = need(tmp_path, ALL & ~(1 << CAPABILITIES[name]))
    assert not found.present
    assert found.detail == f"without {name}"
    assert f"--cap-add={name}" in found.remedy


def test_not_permitted_is_a_matter_of_capabilities():
    denied = Trial(False, "RTNETLINK answers: Operation not permitted")
    assert "CAP_NET_ADMIN" in _remedy(denied, "CONFIG_IPV6_SEG6_LWTUNNEL")
    assert _remedy(Trial(False, "Unknown action"), "CONFIG_X") == "CONFIG_X"


def test_a_terminal_can_be_opened_here():
    assert pty_need().present


def test_without_terminals_it_says_so(monkeypatch):
    def none():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("netkit.lab.check.requirements.os.openpty", none)
    found = pty_need()
    assert (found.present, found.detail) == (False, "No space left on device")


@pytest.fixture
def failing(tmp_path, monkeypatch):
    """A ``mnexec`` in a chroot that is no mount point: what Debian 13's says there."""
    command = tmp_path / "mnexec"
    command.write_text("#!/bin/sh\necho 'remount: Invalid argument' >&2\nexit 1\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


def test_where_no_node_can_be_made_nothing_waits_for_one(failing, monkeypatch):
    monkeypatch.setattr(requirements.os, "geteuid", lambda: 0)
    monkeypatch.setattr(requirements, "command_needs", list)
    found = node_need()
    assert (found.present, found.detail) == (False, "mnexec -n true: remount: Invalid argument")
    with pytest.raises(LabError, match=r"nodes: mnexec -n true: remount.*mount -o bind"):
        requirements.require_lab()


def test_without_the_command_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert node_need().detail == "No such file or directory"
