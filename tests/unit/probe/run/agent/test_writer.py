"""Windows reach a store that is slow, or away for a while, and nobody waits for it."""

from __future__ import annotations

import threading
import time

import pytest
from waiting import until

from netkit.errors import InputError, ProbeError
from netkit.model.measurement.window import Window, WindowKey
from netkit.probe.run.agent.writer import WindowWriter


def windows(count: int, first: int = 0) -> list[Window]:
    keys = (WindowKey("c", "a", "a", "b", "be", n * 60, 60) for n in range(first, first + count))
    return [Window(key) for key in keys]


class Store:
    """Fails so many times, then keeps windows by their key."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.kept, self.trouble = failures, {}, None
        self.open = threading.Event()
        self.open.set()
        self.finished = 0

    def finish(self):
        self.finished += 1

    def add(self, new):
        self.open.wait()
        if self.failures:
            self.failures -= 1
            raise ProbeError("the disk is full")
        before = len(self.kept)
        self.kept.update({window.key: window for window in new})
        return len(self.kept) - before


def test_all_windows_are_written_in_the_end():
    store = Store()
    writer = WindowWriter(store)
    for first in range(0, 3000, 100):
        writer.put(windows(100, first))
    assert writer.close(60) == 0
    assert (writer.written, writer.lost, len(store.kept)) == (3000, 0, 3000)
    assert store.finished == 1, "and what is kept has been delivered"


def test_windows_that_the_store_has_already_are_not_counted_as_written():
    writer = WindowWriter(Store())
    writer.put(windows(10))
    writer.put(windows(10, 7))
    assert writer.close(60) == 0
    assert (writer.written, writer.there_before) == (17, 3)


def test_a_store_that_fails_is_tried_again():
    store = Store(failures=2)
    writer = WindowWriter(store)
    writer.put(windows(10))
    until(lambda: writer.trouble == "the disk is full", "the writer says what is wrong")
    until(lambda: writer.written == 10, "it is written at last")
    assert (writer.failed, writer.trouble) == (2, None)
    assert writer.close(60) == 0


def test_what_the_store_has_to_say_is_passed_on_though_all_is_written():
    store = Store()
    store.trouble = "the central database is away"
    writer = WindowWriter(store)
    writer.put(windows(1))
    until(lambda: writer.trouble == store.trouble, "the writer says it")
    assert writer.close(60) == 0
    assert (writer.written, writer.failed) == (1, 0)


def test_a_store_that_hangs_delays_nobody_and_what_finds_no_place_is_counted():
    store = Store()
    store.open.clear()
    writer = WindowWriter(store, waiting=50)
    started = time.thread_time()
    writer.put(windows(40))
    writer.put(windows(40, 40))
    assert time.thread_time() - started < 0.5
    assert writer.lost == 30
    assert writer.close(0.01) == 50
    store.open.set()
    until(lambda: writer.written == 50, "the rest is written once the store answers")
    assert set(store.kept) == {window.key for window in windows(50)}


@pytest.mark.parametrize("error", [OverflowError("too large"), InputError.single("no such length")])
def test_a_window_that_no_store_can_take_is_lost_alone(error):
    class Picky(Store):
        def add(self, new):
            if any(window.key.start_ns == 420 for window in new):
                raise error
            return super().add(new)

    store = Picky()
    writer = WindowWriter(store)
    writer.put(windows(1200))
    until(lambda: writer.written == 1199, "all others are written")
    writer.put(windows(10, 1200))
    assert writer.close(60) == 0
    assert (writer.written, writer.lost, len(store.kept)) == (1209, 1, 1209)
