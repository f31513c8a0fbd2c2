"""Signals become exceptions where somebody wants that, and do as before everywhere else."""

import signal
import subprocess
import sys
import threading
from functools import partial

import pytest

from netkit.interrupts import Interrupts, interrupts_held, terminated_like_interrupted


def test_signals_that_end_a_process_become_exceptions_and_are_given_back():
    before = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    interrupts = Interrupts()
    try:
        interrupts.arm()
        with pytest.raises(SystemExit) as caught:
            signal.raise_signal(signal.SIGTERM)
        assert caught.value.code == 128 + signal.SIGTERM
        with interrupts.deaf():
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
        interrupts.disarm()
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_programs_own_handler_is_left_alone():
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        own = signal.getsignal(signal.SIGTERM)
        interrupts = Interrupts()
        interrupts.arm()
        assert signal.getsignal(signal.SIGTERM) is own
        interrupts.disarm()
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_measurement_is_ended_like_by_ctrl_c_and_only_while_it_runs():
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        own = signal.getsignal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt), terminated_like_interrupted():
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is own
    finally:
        signal.signal(signal.SIGTERM, before)


def test_what_comes_between_two_steps_waits_until_it_is_let_in():
    with interrupts_held() as let_in:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            let_in()
        let_in()  # it has come in once


def test_other_threads_change_no_handler():
    seen = []

    def work():
        with terminated_like_interrupted(), Interrupts().deaf(), interrupts_held():
            seen.append((signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)))

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_says_so_in_one_line(number):
    program = f"""
import signal
from netkit.cli.common import run

def command(standalone_mode):
    signal.raise_signal({int(number)})
    return 0

run(command)
"""
    for before, seen in ((signal.SIG_DFL, (3, "netkit: interrupted\n")), (signal.SIG_IGN, (0, ""))):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True,
            preexec_fn=partial(signal.signal, number, before),
        )  # fmt: skip
        assert (done.returncode, done.stderr) == seen  # nohup has it ignored
