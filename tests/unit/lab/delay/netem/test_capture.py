"""The capture answers while frames come faster than it reads them."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from contextlib import ExitStack

import pytest

from netkit.lab.delay.netem import capture_process
from netkit.lab.kernel.af_packet import Received


def test_a_flood_does_not_keep_it_from_answering(monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as opened:
        frames, always, here, there = map(
            opened.enter_context, (*socket.socketpair(), *socket.socketpair())
        )
        truth, answers = os.memfd_create("truth"), opened.enter_context(here.makefile("rb"))
        opened.callback(os.close, truth)
        here.settimeout(60)
        always.send(b"one that nobody takes: there is always another")
        monkeypatch.setattr(capture_process, "open_packet_socket", lambda outgoing: frames)
        monkeypatch.setattr(
            capture_process, "receive_stamped", lambda _: Received(b"", "w0", time.time_ns())
        )

        def asked(**command: object) -> dict[str, object]:
            here.sendall(json.dumps(command).encode() + b"\n")
            answer: dict[str, object] = json.loads(answers.readline())
            return answer

        here.sendall(b'{"asked_ns": [0, 0]}\n')
        capture = capture_process.Capture(there, truth)
        answers.readline()
        running = threading.Thread(target=capture.run, daemon=True)
        running.start()
        assert asked(do="flush") == {"bytes": 0}
        assert asked(do="ask_of", end=1, asked_ns=5) == {}
        assert asked(do="stop") == {}
        running.join(60)
        assert not running.is_alive()
