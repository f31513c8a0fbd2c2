"""What all tests start from."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from netkit.language.chosen import Language, choose

if TYPE_CHECKING:
    from worker_shares import WorkerShares
    from xdist.remote import Producer

# No test fails for being late: what a busy machine takes for an example says nothing of the code.
settings.register_profile("netkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("netkit")


def pytest_configure() -> None:
    """Ctrl-C interrupts, also what a shell has started in the background, where it would not; and
    what tests do is in nobody's audit trail."""
    os.environ["NETKIT_STATE"] = tempfile.mkdtemp(prefix="netkit-state-")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """What is loaded to find the tests stays until the end: the garbage collector need not go
    through all of it again and again, which took a sixth of the time of the tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000)
        gc.enable()


def pytest_sessionfinish() -> None:
    """What was left open is looked for in everything once; pytest then looks five times more, in
    what has come since."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def pytest_runtest_teardown() -> None:
    """What a command of one test was asked in is not what the next test speaks."""
    choose(Language.EN)


def pytest_unconfigure() -> None:
    """Take away what the tests recorded."""
    shutil.rmtree(os.environ["NETKIT_STATE"], ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three more than there are processors: the workers of labs and namespaces mostly wait."""
    return len(os.sched_getaffinity(0)) + 3


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WorkerShares:
    """Files and some folders stay together, in their order."""
    from worker_shares import WorkerShares

    config.option.loadscopereorder = False
    return WorkerShares(config, log)
