"""What an owner answers, and that it goes on answering."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from waiting import until

from netkit.errors import LabError
from netkit.lab.kernel.marks import Mark, start_ticks
from netkit.lab.running.door import address_of, ask

OWNER = """
from netkit.lab.running.door import serve

def full(_):
    raise OSError(12, "Cannot allocate memory")

serve({"full": full, "status": lambda _: {"up": True}})
"""


@pytest.fixture
def owner():
    """The mark of a process that answers."""
    with subprocess.Popen([sys.executable, "-c", OWNER]) as process:
        mark = Mark(process.pid, start_ticks(process.pid))
        try:
            until(lambda: answers(mark), "the owner's socket")
            yield mark
        finally:
            process.kill()


def answers(mark):
    try:
        return ask(mark, do="status")
    except LabError:
        return None


def test_a_request_that_the_machine_has_no_room_for_does_not_end_the_lab(owner):
    with pytest.raises(LabError, match="Cannot allocate memory"):
        ask(owner, do="full")
    with pytest.raises(LabError, match="no such request"):
        ask(owner, do="nothing")
    assert ask(owner, do="status") == {"up": True}


def test_a_request_of_another_shape_does_not_end_the_lab(owner):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as caller:
        caller.connect(address_of(owner))
        caller.send(b"[]")
        assert b"no such request" in caller.recv(1 << 16)
    assert ask(owner, do="status") == {"up": True}
