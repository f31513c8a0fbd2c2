"""Every thread promises to gain no privilege, also those that were there before."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import threading
from netkit.probe.kernel.no_new_privileges import (
    renounce_new_privileges, threads_without_promise,
)
done = threading.Event()
for _ in range(3):
    threading.Thread(target=done.wait).start()
before = len(threads_without_promise())
renounce_new_privileges()
threading.Thread(target=done.wait).start()
print(before, len(threads_without_promise()), threading.active_count())
done.set()
"""


@pytest.mark.parametrize("loaded", ["", "import numpy\n"])
def test_all_threads_promise(loaded: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", loaded + PROGRAM], capture_output=True, text=True, check=True
    )
    before, after, threads = map(int, done.stdout.split())
    assert before >= 4
    assert (after, threads) == (0, 5)


def test_the_promise_needs_nothing_that_starts_threads() -> None:
    program = "import sys, netkit.probe.kernel.no_new_privileges; print('numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
