"""Marks, slots and signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from waiting import heard

from netkit.lab.kernel.cleaning import end_processes
from netkit.lab.kernel.marks import (
    VARIABLE,
    Mark,
    MarkedProcess,
    marked_environment,
    marked_processes,
    own_mark,
    parse_mark,
    start_ticks,
)
from netkit.lab.staggered import StaggeredConfig, staggered_offsets


def sleeper(**environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "import time; print(flush=True); time.sleep(100)"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
    )


def end(process):
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_mark_is_read_back_and_other_text_is_none():
    mark = own_mark()
    assert parse_mark(marked_environment(3)[VARIABLE]) == (mark, 3)
    assert mark.alive
    assert not Mark(mark.pid, mark.start_ticks + 1).alive, "the number was used again"
    assert [parse_mark(text) for text in ("", "1-2", "1-2-", "-3", "a-b-c", "1-2-3-4")] == [
        None
    ] * 6


def test_processes_are_found_by_their_mark_only():
    marked, plain = sleeper(**{VARIABLE: f"{own_mark()}-7"}), sleeper()
    try:
        for process in (marked, plain):
            heard(process.stdout.fileno(), b"\n")
        found = {process.pid: (process.mark, process.lab) for process in marked_processes()}
        assert found[marked.pid] == (own_mark(), 7)
        assert plain.pid not in found
        assert os.getpid() not in found
    finally:
        end(marked)
        end(plain)


def test_a_process_is_ended_and_known_to_be_gone():
    process = sleeper()
    try:
        heard(process.stdout.fileno(), b"\n")
        left = end_processes([MarkedProcess(process.pid, own_mark(), 1, None)])
        assert left == set()
        assert start_ticks(process.pid) is None
        assert process.wait() == -signal.SIGKILL
    finally:
        end(process)


@given(st.integers(1, 12), st.integers(1, 20), st.integers(100, 10_000), st.integers(0, 9))
def test_every_interval_has_one_probe_of_each_session_and_no_two_together(n, count, interval, seed):
    offsets = staggered_offsets(n, count, interval, seed)
    assert offsets == staggered_offsets(n, count, interval, seed)
    assert [len(session) for session in offsets] == [count] * n
    for round_ in range(count):
        at = sorted(session[round_] - round_ * interval for session in offsets)
        assert at == [slot * interval // n for slot in range(n)]


def test_a_slotted_session_closes_after_its_last_probe():
    config = StaggeredConfig(2, 10, offsets_ns=(3, 17))
    assert config.schedule() == (3, 17, 27)
