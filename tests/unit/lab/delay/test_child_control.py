"""Talk with a process of the lab's, from several threads."""

from __future__ import annotations

import json
import select
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from netkit.lab.delay.child_control import ChildControl

ASKED = 200


@pytest.fixture
def control():
    """The parent's side of a child that answers as the wire does: what it reads in one go beyond a
    command it does not look at before there is more."""
    ours, theirs = socket.socketpair()
    ours.settimeout(10)

    def child():
        with theirs, theirs.makefile("rb") as commands:
            while select.select([theirs], [], [])[0] and (line := commands.readline()):
                theirs.sendall(json.dumps({"number": json.loads(line)["number"]}).encode() + b"\n")

    thread = threading.Thread(target=child, daemon=True)
    thread.start()
    asked = ChildControl(None, ours)
    try:
        yield asked
    finally:
        ours.shutdown(socket.SHUT_RDWR)
        thread.join()
        asked._close()


def test_each_thread_gets_the_answer_to_what_it_has_asked(control):
    """As when a link is mended while the main thread asks for the truth of the last probe."""

    def ask(number):
        return control._ask(do="say", number=number)["number"]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(ASKED))) == list(range(ASKED))
