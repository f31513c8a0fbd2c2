"""What is not permitted is told as a missing capability, not as a missing kernel option."""

import pytest

from netkit.lab.check.machine import _remedy
from netkit.lab.check.requirements import CAPABILITIES, capability_need, pty_need
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
