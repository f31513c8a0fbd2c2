"""The owner's side of a lab that stays: it answers requests, one JSON object each, until it ends.

The socket is abstract (unix(7)): it has no file, and goes with its process.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

from netkit.errors import LabError, NetkitError
from netkit.lab.kernel.marks import Mark, own_mark

Handler = Callable[[Mapping[str, Any]], Mapping[str, object]]
"""From a request to its answer."""

ANSWER_S = 600.0
_REQUEST_S = 5.0
"""So long whoever has called may take to ask, and to read: others wait meanwhile."""

_MOST_BYTES = 1 << 20
_PART_BYTES = 1 << 16
_CREDENTIALS = struct.Struct("@iII")


def address_of(mark: Mark) -> str:
    """The address of an owner's socket."""
    return f"\0netkit-lab-{mark}"


def serve(handlers: Mapping[str, Handler]) -> None:
    """Answer root and this user, one request at a time; whatever ends the process ends this."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(address_of(own_mark()))
        door.listen()
        while True:
            caller, _ = door.accept()
            with caller:
                caller.settimeout(_REQUEST_S)
                if _may_ask(caller):
                    _answer(caller, handlers)


def ask(mark: Mark, **request: object) -> dict[str, Any]:
    """What the owner of a lab answers.

    Raises:
        LabError: it does not, or says that the request failed.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as caller:
        caller.settimeout(ANSWER_S)
        try:
            caller.connect(address_of(mark))
            caller.send(json.dumps(request).encode())
            parts = b"".join(iter(lambda: caller.recv(_MOST_BYTES), b""))
        except OSError as error:
            raise LabError(f"the lab of process {mark.pid} does not answer: {error}") from error
    answer: dict[str, Any] = json.loads(parts) if parts else {"error": "it has ended"}
    if "error" in answer:
        raise LabError(f"the lab of process {mark.pid}: {answer['error']}")
    return answer


def _may_ask(caller: socket.socket) -> bool:
    raw = caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return _CREDENTIALS.unpack(raw)[1] in {0, os.geteuid()}


def _answer(caller: socket.socket, handlers: Mapping[str, Handler]) -> None:
    """Packets hold so much and no more, so a long answer takes several."""
    try:
        asked = caller.recv(_MOST_BYTES)
    except OSError:
        return  # whoever called says nothing
    try:
        request = json.loads(asked or b"{}")
        answer = json.dumps(handlers[request["do"]](request))
    except (NetkitError, OSError) as error:  # the lab stays, whatever this request ran into
        answer = json.dumps({"error": str(error)})
    except (KeyError, TypeError, ValueError) as error:
        answer = json.dumps({"error": f"no such request: {error}"})
    raw = answer.encode()
    try:
        for start in range(0, len(raw), _PART_BYTES):
            caller.sendall(raw[start : start + _PART_BYTES])
    except OSError:
        return  # whoever asked has gone
