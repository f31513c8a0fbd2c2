"""What systemd is told, over a socket of its kind."""

from __future__ import annotations

import socket

import pytest

from netkit.probe.run.agent.notify import Notifier


@pytest.fixture(params=["{folder}/notify", "@netkit-test-{folder}"])
def manager(request, tmp_path, monkeypatch):
    """The socket of a service manager: in a folder, or in the abstract name space."""
    name = request.param.format(folder=tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0", 1))
        listening.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        monkeypatch.setenv("WATCHDOG_USEC", "30000000")
        yield listening


def test_a_service_says_that_it_is_ready_reloads_and_ends(manager):
    notifier = Notifier()
    notifier.ready("bj: probing with 3 flows")
    assert manager.recv(4096) == b"READY=1\nSTATUS=bj: probing with 3 flows"
    notifier.reloading()
    reloading, stamp = manager.recv(4096).split(b"\n")
    assert reloading == b"RELOADING=1"
    assert stamp.startswith(b"MONOTONIC_USEC=")
    assert int(stamp.partition(b"=")[2]) > 0
    notifier.stopping()
    assert manager.recv(4096) == b"STOPPING=1"


def test_the_watchdog_hears_of_it_three_times_in_its_period(manager):
    notifier = Notifier()
    for second in range(31):
        notifier.alive(second * 10**9)
    manager.setblocking(False)
    assert [manager.recv(4096) for _ in range(4)] == [b"WATCHDOG=1"] * 4
    with pytest.raises(BlockingIOError):
        manager.recv(4096)


def test_where_nobody_listens_nothing_is_said(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notifier = Notifier()
    notifier.ready("")
    notifier.alive(0)
