"""Reading many rows leaves the garbage collector as it was."""

from __future__ import annotations

import gc
from contextlib import ExitStack

import pytest

from netkit.store.windows.history.fetching import uncollected


def test_the_collector_is_off_within_and_on_again_after_an_error():
    seen = []
    with pytest.raises(ZeroDivisionError), uncollected():
        seen.append(1 / gc.isenabled())
    assert (seen, gc.isenabled()) == ([], True)


def test_of_two_who_overlap_none_leaves_it_off():
    with ExitStack() as second:
        with uncollected():
            second.enter_context(uncollected())
        second.close()
    assert gc.isenabled()


def test_where_it_is_off_it_stays_off():
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
