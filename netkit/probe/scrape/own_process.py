"""The metrics of an agent, served by a process of its own: no scrape can delay a probe.

A text for a thousand peers takes a third of a second of Python; in a thread of the agent's it would
have the interpreter to itself by turns, and probes would leave late by as much. So the agent forks,
and the child has the lowest priority, reads what is stored, and ends with the agent.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from netkit.probe.scrape.requests import TextOf
from netkit.probe.scrape.server import MetricsServer

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LOWEST = 19


def serve_apart(server: MetricsServer, text_of: Callable[[], TextOf]) -> int:
    """Serve in a child process, whose number is returned; ``server`` is closed here.

    ``text_of`` is called in the child, and opens there what it reads. The child ends with SIGTERM,
    or when this process does; whoever starts it waits for it (``os.waitpid``).
    """
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _serve(server, text_of, parent)
    server.close()
    return child


def _serve(server: MetricsServer, text_of: Callable[[], TextOf], parent: int) -> NoReturn:
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        os.nice(_LOWEST)
        # It may have ended before the kernel was asked to tell.
        server.serve(text_of(), until=lambda: os.getppid() != parent)
        code = 0
    except Exception as error:  # noqa: BLE001 - nobody above: this is the bottom of a process
        print(f"netkit: metrics are not served: {error}", file=sys.stderr)  # noqa: T201
    finally:
        sys.stderr.flush()
        os._exit(code)
