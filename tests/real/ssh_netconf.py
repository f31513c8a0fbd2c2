"""An SSH server on loopback with a key made for it, whose subsystem ``netconf`` is a program.

It is paramiko's, which ncclient brings with it: no account and no daemon of the machine has a part
in it.
"""

from __future__ import annotations

import socket
import subprocess
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import paramiko
from netconf_cut import Cut, messages


class _Server(paramiko.ServerInterface):
    """``cut`` is what goes wrong; ``asked`` collects what of a login came in."""

    def __init__(
        self, user: str, key: paramiko.PKey, command: list[str], cut: Cut, asked: list[str]
    ) -> None:
        self._user, self._key, self._command, self._cut = user, key, command, cut
        self._asked = asked

    def check_auth_none(self, username):
        self._asked.append(username)
        return paramiko.AUTH_FAILED

    def check_auth_password(self, username, password):
        self._asked.append(f"{username}: {password}")
        return paramiko.AUTH_FAILED

    def check_auth_publickey(self, username, key):
        self._asked.append(username)
        same = username == self._user and key == self._key
        return paramiko.AUTH_SUCCESSFUL if same else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username):
        return "publickey"

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_subsystem_request(self, channel, name):
        if name != "netconf":
            return False
        args = (channel, self._command, self._cut)
        threading.Thread(target=_carry, args=args, daemon=True).start()
        return True


def _carry(channel, command, cut) -> None:
    """Between the channel and the program's input and output, until either ends."""
    ends, inner = socket.socketpair()
    with ends, inner, subprocess.Popen(command, stdin=inner, stdout=inner) as program:
        inner.close()
        args = (ends, channel, program, cut)
        threading.Thread(target=_back, args=args, daemon=True).start()
        with suppress(OSError):
            for message in messages(channel.recv):
                _ask(ends, channel, program, cut, message)
        with suppress(OSError):
            ends.shutdown(socket.SHUT_WR)
        program.terminate()
    channel.close()


def _ask(ends, channel, program, cut, message) -> None:
    if cut.done.is_set():
        return
    instead = cut.of_client(message)
    if cut.done.is_set():
        cut.act(channel.get_transport(), program)
    elif instead is not None:
        channel.sendall(instead)
    else:
        ends.sendall(message)


def _back(ends, channel, program, cut) -> None:
    with suppress(OSError):
        for message in messages(ends.recv):
            if cut.done.is_set():
                continue
            cut.of_server()
            if cut.done.is_set():
                cut.act(channel.get_transport(), program)
            else:
                channel.sendall(message)
    with suppress(OSError, EOFError):
        channel.close()


@contextmanager
def ssh_server(folder: Path, user: str, command: list[str], cut: Cut | None = None, asked=None):
    """Its port; ``folder`` gets ``user``, a private key that it lets in, and ``ssh_config``.

    ``asked`` collects what of logins came in, ``cut`` is what goes wrong in a session.
    """
    host_key, user_key = paramiko.ECDSAKey.generate(), paramiko.ECDSAKey.generate()
    user_key.write_private_key_file(str(folder / "user"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        known = folder / "known_hosts"
        known.write_text(f"[127.0.0.1]:{port} {host_key.get_name()} {host_key.get_base64()}\n")
        (folder / "ssh_config").write_text(f"Host *\n  UserKnownHostsFile {known}\n")
        stopping = threading.Event()
        listening.settimeout(0.2)
        server = _Server(user, user_key, command, cut or Cut(), [] if asked is None else asked)
        args = (listening, stopping, host_key, server)
        thread = threading.Thread(target=_serve, args=args, daemon=True)
        thread.start()
        try:
            yield port
        finally:
            stopping.set()
            thread.join(5)


def _serve(listening, stopping, host_key, server) -> None:
    sessions = []
    while not stopping.is_set():
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            continue
        session = paramiko.Transport(connection)
        session.add_server_key(host_key)
        with suppress(paramiko.SSHException, EOFError, OSError):  # not all stay
            session.start_server(server=server)
        sessions.append(session)
    for session in sessions:
        session.close()
