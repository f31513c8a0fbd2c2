"""An SSH connection with a NETCONF session in it (RFC 6242), by ncclient: made in time, or told why
not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer

from ncclient import NCClientError
from ncclient.manager import Manager, make_device_handler
from ncclient.transport import SSHSession
from ncclient.transport.errors import AuthenticationError, SSHUnknownHostError
from paramiko import SSHException

from netkit.apply.push.netconf.host_key import is_of_another_kind, refusal
from netkit.apply.push.netconf.login import Login
from netkit.errors import ApplyError

# What goes wrong is told by the errors of here; nothing else is to come between them on stderr.
for _name in ("ncclient", "paramiko"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_GONE = ("EOFError(", "ConnectionResetError(", "SSHException('No existing session")
"""What ncclient's words begin with where a router did not refuse somebody, but was gone."""


def connect(login: Login) -> tuple[Manager, SSHSession]:
    """A session and what it runs over, once both ends have said hello.

    Raises:
        ApplyError: the host, its key or the login is not accepted, or it takes longer than the time
            for an answer.
    """
    handler = make_device_handler(None)
    session = SSHSession(handler)
    late = Event()
    with _told(session, login, late), _ended(session), _in_time(session, login, late):
        session.connect(
            host=login.host, port=login.port, username=login.user, timeout=login.timeout_seconds,
            key_filename=None if login.key is None else str(login.key),
            ssh_config=None if login.ssh_config is None else str(login.ssh_config),
            allow_agent=login.key is None, look_for_keys=login.key is None, hostkey_verify=True,
        )  # fmt: skip
    return Manager(session, handler, timeout=login.timeout_seconds), session


@contextmanager
def _in_time(session: SSHSession, login: Login, late: Event) -> Iterator[None]:
    """Within this nothing waits for ever: paramiko alone would, for a channel and its subsystem."""

    def end() -> None:
        late.set()
        if session.transport is not None:
            session.transport.close()

    timer = Timer(login.timeout_seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _ended(session: SSHSession) -> Iterator[None]:
    """Nothing is left of a session that did not begin."""
    try:
        yield
    except BaseException:
        if session.transport is not None:
            session.close()
        raise


@contextmanager
def _told(session: SSHSession, login: Login, late: Event) -> Iterator[None]:
    """What goes wrong as words."""
    try:
        yield
    except (NCClientError, SSHException, SyntaxError, EOFError, OSError) as error:
        # A server that is none goes before it has said anything, or says no XML: lxml's errors of
        # that are SyntaxErrors.
        raise ApplyError(_words(session, login, error, late=late.is_set())) from error


def _words(session: SSHSession, login: Login, error: Exception, *, late: bool) -> str:
    where = f"{login.host} port {login.port}"
    if late:
        return f"no NETCONF session with {where}: no hello within {login.timeout_seconds:g} s"
    if isinstance(error, SSHUnknownHostError):
        return refusal(session, login, str(error.host))
    if is_of_another_kind(error):
        return refusal(session, login, login.host)
    if isinstance(error, AuthenticationError):
        return _not_let_in(login, where, str(error))
    return f"no NETCONF session with {where}: {str(error) or 'it ended the connection'}"


def _not_let_in(login: Login, where: str, why: str) -> str:
    if why.startswith(_GONE):
        return (
            f"no NETCONF session with {where}: it ended the connection at the login of {login.user}"
        )
    return (
        f"{where} does not let {login.user} in: {why}. Give --key-file FILE, or add a key to your"
        " SSH agent"
    )
