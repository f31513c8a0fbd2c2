"""What all tests start from."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test fails for being late: what a busy machine takes for an example says nothing of the code.
settings.register_profile("netkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("netkit")

ONE_AFTER_THE_OTHER = ("lab", "netns")
"""Folders whose tests make namespaces and then count what is left of them."""


def pytest_configure() -> None:
    """Ctrl-C interrupts, also what a shell has started in the background, where it would not; and
    what tests do is in nobody's audit trail."""
    os.environ["NETKIT_STATE"] = tempfile.mkdtemp(prefix="netkit-state-")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure() -> None:
    """Take away what the tests recorded."""
    shutil.rmtree(os.environ["NETKIT_STATE"], ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: the workers of labs and namespaces mostly wait."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With pytest-xdist (``--dist loadgroup``), each of those folders stays on one worker."""
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder in ONE_AFTER_THE_OTHER:
            item.add_marker(pytest.mark.xdist_group(folder))
