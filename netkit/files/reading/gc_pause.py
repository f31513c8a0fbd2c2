"""Reading makes a million small objects that all live; the cyclic collector would walk them again
and again, which takes four fifths of the time. Nothing that is read here forms cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cyclic garbage collector from running inside the block, if it runs at all."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
