"""Processes that write to one store at once, as cron starts them, and may be killed any time."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from netkit.errors import NetkitError
from netkit.model.measurement.window import Window
from netkit.store.windows.spool import deliver
from netkit.store.windows.store import open_store

BATCH = 5
"""Windows that one transaction adds."""

_MODULES = ["numpy", "netkit.store.windows.store", "netkit.store.windows.spool"]


def processes() -> multiprocessing.context.ForkServerContext:
    """Makes processes that start in a few ms: what they import is loaded once, elsewhere."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_MODULES)
    return context


def batch(pattern: Window, site: str, number: int) -> list[Window]:
    """The windows of one round of a site."""
    length_ns = pattern.key.length_ns
    first_ns = pattern.key.start_ns + number * BATCH * length_ns
    return [
        replace(
            pattern,
            key=replace(
                pattern.key, src=site, observer=site, start_ns=first_ns + place * length_ns
            ),
        )
        for place in range(BATCH)
    ]


def write(
    url: str, pattern: Window, site: str, first: int, seconds: float, told: Connection
) -> None:
    """Open, add a batch, close, over and over; tell the number of each batch that is in."""
    ends = time.monotonic() + seconds
    number = first
    while time.monotonic() < ends:
        try:
            with open_store(url) as store:
                added = store.add(batch(pattern, site, number))
        except NetkitError as error:
            told.send(str(error))
            return
        told.send((number, added))
        number += 1
    told.send(None)


def open_and_close(url: str) -> None:
    """Open a store, made if it is not there."""
    open_store(url).close()


def deliver_all(local: str, central: str) -> None:
    """Deliver what a site has noted."""
    with open_store(local) as site:
        deliver(site, central)


def heard(told: Connection) -> list[object]:
    """All that a process has told until it ended or was killed."""
    found: list[object] = []
    try:
        while told.poll():
            found.append(told.recv())
    except EOFError:
        pass
    return found


def killed_after(process: BaseProcess, seconds: float) -> None:
    """Let a process run for so long, then kill it as ``kill -9`` does."""
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
