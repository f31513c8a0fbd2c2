"""Batches that meet a kernel without memory go on from the line that they had come to."""

from __future__ import annotations

import errno
import os

import pytest

from netkit.lab.kernel import netns

LINES = [f"route add 2001:db8:{number:x}::/64 dev d" for number in range(9)]
ENOUGH = 2
"""Lines that there is memory for at a time."""


@pytest.fixture
def fed(monkeypatch):
    """What a kernel that has memory for few lines at a time was fed."""
    told: list[str] = []

    def complaint(_command, text):
        lines = text.splitlines()
        waiting = [number for number, line in enumerate(lines) if line]
        told.extend(lines[number] for number in waiting[:ENOUGH])
        if len(waiting) <= ENOUGH:
            return None
        why = f"RTNETLINK answers: {os.strerror(errno.ENOMEM)}"
        return f"{why}\nCommand failed -:{waiting[ENOUGH] + 1}"

    monkeypatch.setattr(netns, "_complaint", complaint)
    monkeypatch.setattr(netns, "_PAUSES_S", (0.0,))
    return told


def test_a_batch_that_gets_on_is_waited_for_each_time(fed):
    assert netns.run_batch(("ip", "-batch", "-"), "\n".join(LINES) + "\n") is None
    assert fed == LINES


def test_a_lasting_lack_is_told(monkeypatch):
    said = f"RTNETLINK answers: {os.strerror(errno.ENOMEM)}\nCommand failed -:1"
    monkeypatch.setattr(netns, "_complaint", lambda *_: said)
    monkeypatch.setattr(netns, "_PAUSES_S", (0.0, 0.0))
    told = netns.run_batch(("ip", "-batch", "-"), LINES[0] + "\n")
    assert told is not None
    assert os.strerror(errno.ENOMEM) in told
