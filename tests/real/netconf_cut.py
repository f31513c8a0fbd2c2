"""What goes wrong between a NETCONF client and its server: at one step, before the server is asked
or before its answer is passed on."""

from __future__ import annotations

import re
import socket
import struct
from dataclasses import dataclass, field
from threading import Event

_ENDS = (b"]]>]]>", b"\n##\n")
"""Of a message, as RFC 6242 has it of old and in chunks."""

_RPC = re.compile(rb'<(?:[\w-]+:)?rpc\b[^>]*?message-id="([^"]+)"[^>]*>\s*<(?:[\w-]+:)?([\w-]+)')


@dataclass
class Cut:
    """At the ``nth`` operation ``step``: ``asked`` or ``answered`` is the last that is not passed
    on, and ``how`` what follows. What is in ``accepted`` and ``refused`` the server never sees."""

    step: str = ""
    nth: int = 1
    when: str = "asked"
    how: str = "reset"
    accepted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    done: Event = field(default_factory=Event)
    _seen: int = 0
    _after: bool = False

    def of_client(self, message: bytes) -> bytes | None:
        """What the client is told in place of the server; None where the server is asked."""
        found = _RPC.search(message)
        name = found[2].decode() if found else "hello"
        if name in (*self.accepted, *self.refused):
            return _reply(found[1], _OK if name in self.accepted else _ERROR)
        if name == self.step:
            self._seen += 1
            if self._seen == self.nth:
                self._after = self.when == "answered"
                if not self._after:
                    self.done.set()
        return None

    def of_server(self) -> None:
        """An answer is there, and the one before it was passed on."""
        if self._after:
            self.done.set()

    def act(self, transport, program) -> None:
        """Do it."""
        if self.how == "reset":
            transport.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.sock.close()
        elif self.how == "killed":
            program.kill()


_OK = b"<ok/>"
_ERROR = (
    b"<rpc-error><error-type>application</error-type><error-tag>invalid-value</error-tag>"
    b"<error-severity>error</error-severity></rpc-error>"
)


def _reply(number: bytes, inside: bytes) -> bytes:
    """In chunks, as both have agreed on by then."""
    base = b'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"'
    data = b'<rpc-reply %s message-id="%s">%s</rpc-reply>' % (base, number, inside)
    return b"\n#%d\n%s%s" % (len(data), data, _ENDS[1])


def messages(receive):
    """Whole messages of a stream, each with its end, until it ends."""
    held = b""
    while data := receive(65536):
        held += data
        if held.endswith(_ENDS):
            yield held
            held = b""
