"""How the owner of a lab that stays is begun."""

from __future__ import annotations

import signal

import pytest

from netkit.errors import LabError
from netkit.lab.running import background


class Ended:
    """An owner that has nothing to say."""

    pid, returncode = 0, 7

    def poll(self):
        """It has ended."""
        return self.returncode


@pytest.mark.parametrize(
    ("asked", "begun"),
    [
        (["lab", "up", "a.yaml"], ["lab", "up", "a.yaml", "--foreground"]),
        (["lab", "up", "--", "-a.yaml"], ["lab", "up", "--foreground", "--", "-a.yaml"]),
    ],
)
def test_the_owner_is_the_same_command_in_the_foreground(monkeypatch, asked, begun):
    """Also where a file's name begins with a hyphen, so that nothing after it is an option."""
    commands = []

    def begin(command, **_):
        commands.append(command)
        return Ended()

    monkeypatch.setattr(background.subprocess, "Popen", begin)
    with pytest.raises(LabError, match="exit status 7"):
        background.boot_in_background(asked)
    assert [command[3:] for command in commands] == [begun]


def test_an_owner_that_is_started_when_ctrl_c_comes_is_ended(monkeypatch):
    """It had been started, and nobody knew it: the lab came up, and stayed."""
    ended = []

    class Owner(Ended):
        def terminate(self):
            ended.append("asked to")

        def wait(self):
            ended.append("gone")

    def begin(*_, **__):
        signal.raise_signal(signal.SIGINT)
        return Owner()

    monkeypatch.setattr(background.subprocess, "Popen", begin)
    with pytest.raises(KeyboardInterrupt):
        background.boot_in_background(["lab", "up", "a.yaml"])
    assert ended == ["asked to", "gone"]
