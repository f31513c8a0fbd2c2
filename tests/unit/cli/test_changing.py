"""What a command that changes routers says on Ctrl-C: what it has come to, and the exit code of
that."""

import pytest
import typer

from netkit.apply.faults import InForceInterrupt
from netkit.cli import changing
from netkit.cli.changing import interrupts_told, told_of
from netkit.errors import ApplyError, ExitCode


def test_what_was_taken_back_is_said_to_be_as_it_was():
    interrupt = KeyboardInterrupt()
    interrupt.add_note("harbin is as it was")
    with pytest.raises(ApplyError, match="interrupted\nharbin is as it was"), interrupts_told():
        raise interrupt


def test_what_stands_is_said_to_stand(capsys):
    with pytest.raises(typer.Exit) as ended, interrupts_told():
        raise InForceInterrupt("harbin")
    assert ended.value.exit_code == ExitCode.OK
    assert capsys.readouterr().err == (
        "netkit: interrupted too late: harbin: the change is in force, and stays\n"
    )


def test_results_that_nobody_waits_for_change_nothing_of_what_stands(capsys, monkeypatch):
    monkeypatch.setattr(changing, "drop_output", lambda: None)
    with pytest.raises(typer.Exit) as ended, told_of("harbin", dry_run=False):
        raise KeyboardInterrupt
    assert ended.value.exit_code == ExitCode.OK
    assert "harbin: the change is in force" in capsys.readouterr().err
    with told_of("harbin", dry_run=False):
        raise BrokenPipeError
    with pytest.raises(KeyboardInterrupt), told_of("harbin", dry_run=True):
        raise KeyboardInterrupt
