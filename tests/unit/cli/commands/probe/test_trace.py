"""How ``netkit probe trace`` ends."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest
import typer

from netkit.cli.commands.probe import trace as command
from netkit.errors import ExitCode
from netkit.probe.trace.hops import StopCause, TraceResult, TraceStop


@pytest.mark.parametrize("json", [False, True])
def test_what_stopped_it_is_told_last(
    json: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = TraceStop(StopCause.HOP_LIMIT, 0, hop_limit=3)
    stopped = TraceResult(IPv6Address("::1"), (), (), stop)
    monkeypatch.setattr(command, "_tracer", lambda: lambda *_, **__: stopped)
    with pytest.raises(typer.Exit) as ended:
        command.trace("::1", max_hops=3, json=json)
    assert ended.value.exit_code == ExitCode.UNKNOWN
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "netkit: Stopped: not reached within 3 hops"
