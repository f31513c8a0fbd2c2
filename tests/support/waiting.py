"""Waiting with a ceiling: a test that hangs says what for, and none fails for being late."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CEILING_S = 300.0
_PAUSES = 12


def until(condition: Callable[[], object], what: str) -> None:
    """Return once ``condition`` holds; fail if it never does."""
    deadline = time.monotonic() + CEILING_S
    asked = time.thread_time()
    while not condition():
        assert time.monotonic() < deadline, f"not within {CEILING_S:g} s: {what}"
        # What costs much to ask is asked less often: waiting leaves the machine to who works.
        answered = time.thread_time()
        time.sleep(max(0.005, _PAUSES * (answered - asked)))
        asked = time.thread_time()


def heard(descriptor: int, words: bytes) -> bytes:
    """Read a pipe or terminal until it has said ``words``; returns all that it said."""
    deadline, said = time.monotonic() + CEILING_S, b""
    while words not in said:
        left_s = max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([descriptor], [], [], left_s)
        assert ready, f"not within {CEILING_S:g} s: {words!r}; said was {said!r}"
        more = _read(descriptor)
        assert more, f"ended without {words!r}; said was {said!r}"
        said += more
    return said


@contextmanager
def running(*command: str, ready: str) -> Iterator[subprocess.Popen[str]]:
    """A process, from when it has said ``ready`` on stderr; it does not outlive the block."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        heard(process.stderr.fileno(), ready.encode())
        yield process
    finally:
        process.kill()
        process.communicate()


def _read(descriptor: int) -> bytes:
    """What is there; nothing at the end, which a terminal tells as an error."""
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""


def reaches(namespace: str, address: str) -> None:
    """Wait until packets from a namespace come back from there.

    A link that is up carries nothing before the kernel has got round to it, which on a busy machine
    may be seconds later: until then what is sent is dropped without a word.
    """
    ping = ["ip", "netns", "exec", namespace, "ping", "-n", "-q", "-c", "1", "-W", "1", address]
    until(
        lambda: subprocess.run(ping, capture_output=True, check=False).returncode == 0,
        f"an answer of {address}",
    )
