"""``netkit probe reflect`` as a process of its own, from when it is ready."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from waiting import running, until

from netkit.model.measurement.sample import StampSource
from netkit.probe.kernel.opening import open_stamp_socket

NETKIT = (sys.executable, "-c", "from netkit.cli.main import main; main()", "probe")


def free_port(address: str = "::1") -> int:
    """A UDP port that nobody has."""
    with closing(open_stamp_socket(address)) as socket:
        return socket.port


@contextmanager
def reflecting(*options: str, inside: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
    """The process, once its sockets are open; ``inside`` is a command that runs commands.

    In Python unless asked otherwise: no packet filter counts what the kernel reflects, and nothing
    is attached to the interfaces of whoever runs the tests.
    """
    command = (*inside, *NETKIT, "reflect", "--kernel", "off", *options)
    with kernel_stamps(), running(*command, ready="Reflecting on ") as process:
        yield process


@contextmanager
def kernel_stamps() -> Iterator[None]:
    """The kernel stamps what is received: it does so for all sockets of the machine while one wants
    it, but starts only a moment after the first has asked."""
    with closing(open_stamp_socket("::1")) as own:

        def stamped() -> bool:
            own.send(b"", ("::1", own.port), 0)
            datagram = own.receive()
            return datagram is not None and datagram.stamp.source is StampSource.KERNEL

        until(stamped, "a datagram with a receive stamp of the kernel")
        yield
