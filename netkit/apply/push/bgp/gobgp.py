"""A GoBGP over gRPC. The connection is neither encrypted nor authenticated: GoBGP offers it so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from netkit.apply.faults import SessionLostError
from netkit.apply.push.bgp import messages
from netkit.apply.push.bgp.transaction import Table
from netkit.errors import ApplyError, WireError
from netkit.wire.bgp_sr_policy.values import Announcement, Nlri

_TIMEOUT_SECONDS = 15.0
_LOST = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


class GoBgp:
    """A :class:`~netkit.apply.push.bgp.transaction.Speaker`."""

    def __init__(self, server: str, channel: grpc.Channel) -> None:
        self._server, self._channel = server, channel

    def table(self) -> Table:
        """What was injected into it; what came from its neighbors is not among it."""
        call = self._channel.unary_stream(messages.LIST_PATH)
        found: dict[Nlri, Announcement | None] = {}
        with self._told():
            for response in call(messages.list_path(), timeout=_TIMEOUT_SECONDS):
                found |= {one.nlri: one.announcement for one in messages.injected(response)}
        return found

    def announce(self, announcement: Announcement) -> None:
        """Inject one; it is sent to all neighbors of this family."""
        self._call(messages.ADD_PATH, messages.add_path(announcement))

    def withdraw(self, nlri: Nlri) -> None:
        """Withdraw one, and no other."""
        self._call(messages.DELETE_PATH, messages.delete_path(nlri))

    def _call(self, method: str, request: bytes) -> None:
        with self._told():
            self._channel.unary_unary(method)(request, timeout=_TIMEOUT_SECONDS)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except grpc.RpcError as error:
            why = f"GoBGP at {self._server}: {error.code().name}: {error.details()}"
            lost = error.code() in _LOST
            raise (SessionLostError(why) if lost else ApplyError(why)) from error
        except WireError as error:
            raise ApplyError(
                f"GoBGP at {self._server} answers what cannot be read: {error}"
            ) from error


@contextmanager
def connected(server: str) -> Iterator[GoBgp]:
    """A GoBGP at ``HOST:PORT``; the first call raises ApplyError if nobody is there."""
    with grpc.insecure_channel(server, options=[("grpc.enable_http_proxy", 0)]) as channel:
        yield GoBgp(server, channel)
