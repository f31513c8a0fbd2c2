"""An SSH server on loopback with a key made for it, whose subsystem ``netconf`` is a program.

It is paramiko's, which ncclient brings with it: no account and no daemon of the machine has a part
in it.
"""

from __future__ import annotations

import socket
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import paramiko


class _Server(paramiko.ServerInterface):
    def __init__(self, user: str, key: paramiko.PKey, command: list[str]) -> None:
        self._user, self._key, self._command = user, key, command

    def check_auth_publickey(self, username, key):
        same = username == self._user and key == self._key
        return paramiko.AUTH_SUCCESSFUL if same else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username):
        return "publickey"

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_subsystem_request(self, channel, name):
        if name != "netconf":
            return False
        threading.Thread(target=_carry, args=(channel, self._command), daemon=True).start()
        return True


def _carry(channel, command) -> None:
    """Between the channel and the program's input and output, until either ends."""
    ends, inner = socket.socketpair()
    with ends, inner, subprocess.Popen(command, stdin=inner, stdout=inner) as program:
        inner.close()
        back = threading.Thread(target=_copy, args=(ends.recv, channel.sendall), daemon=True)
        back.start()
        _copy(channel.recv, ends.sendall)
        ends.shutdown(socket.SHUT_WR)
        program.terminate()
    channel.close()


def _copy(receive, send) -> None:
    try:
        while data := receive(65536):
            send(data)
    except OSError:
        return  # the other end is gone


@contextmanager
def ssh_server(folder: Path, user: str, command: list[str]):
    """Its port; ``folder`` gets ``user``, a private key that it lets in, and ``ssh_config``."""
    host_key, user_key = paramiko.ECDSAKey.generate(), paramiko.ECDSAKey.generate()
    user_key.write_private_key_file(str(folder / "user"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        known = folder / "known_hosts"
        known.write_text(f"[127.0.0.1]:{port} {host_key.get_name()} {host_key.get_base64()}\n")
        (folder / "ssh_config").write_text(f"Host *\n  UserKnownHostsFile {known}\n")
        stopping = threading.Event()
        listening.settimeout(0.2)
        args = (listening, stopping, host_key, _Server(user, user_key, command))
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
        session.start_server(server=server)
        sessions.append(session)
    for session in sessions:
        session.close()
