"""What the kernel tells over rtnetlink; what it has is asked of real ones in ``tests/netns``."""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Callable
from unittest.mock import MagicMock

import pytest

from netkit.errors import ProbeError
from netkit.probe.kernel.links_and_addresses import (
    addresses_by_interface,
    broadcast_addresses,
    interfaces,
)

ERROR, DONE = 2, 3


def ended(kind: int, error: int) -> bytes:
    return struct.pack("=IHHIIi", 20, kind, 2, 1, 0, -error)


@pytest.mark.parametrize("ask", [interfaces, addresses_by_interface, broadcast_addresses])
@pytest.mark.parametrize("kind", [ERROR, DONE])
def test_what_the_kernel_refuses_to_tell_is_not_that_there_is_none(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[], list[object]], kind: int
) -> None:
    """A reflector would have left all to Python without a word."""
    opened = MagicMock()
    monkeypatch.setattr(socket, "socket", opened)
    received = opened.return_value.__enter__.return_value.recv
    received.return_value = ended(kind, errno.ENOMEM)
    with pytest.raises(ProbeError, match="does not tell its interfaces: Cannot allocate memory"):
        ask()
    received.return_value = ended(kind, 0)
    assert ask() == []
