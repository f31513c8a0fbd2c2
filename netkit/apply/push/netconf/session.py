"""A NETCONF session over SSH (RFC 6242), by ncclient."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ncclient import NCClientError, manager
from ncclient.operations import RPCError
from ncclient.transport.errors import AuthenticationError, SSHUnknownHostError

from netkit.apply.push.netconf.capabilities import Capabilities
from netkit.apply.push.netconf.login import Login
from netkit.errors import ApplyError

_TIMEOUT_SECONDS = 60
# What goes wrong is told by the errors of here; nothing else is to come between them on stderr.
for _name in ("ncclient", "paramiko"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
_BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"


class NetconfSession:
    """A :class:`~netkit.apply.push.netconf.transaction.Session`."""

    def __init__(self, connection: manager.Manager) -> None:
        self._connection = connection

    @property
    def capabilities(self) -> Capabilities:
        """What the server said it can do."""
        return Capabilities(frozenset(self._connection.server_capabilities))

    def lock(self) -> None:
        """Keep all others from the candidate."""
        with _told("lock"):
            self._connection.lock(target="candidate")

    def unlock(self) -> None:
        """Let them again."""
        with _told("unlock"):
            self._connection.unlock(target="candidate")

    def running(self, subtrees: str) -> str:
        """What the router runs of these subtrees: its ``<data>``."""
        with _told("get-config"):
            wanted = f'<filter xmlns="{_BASE}" type="subtree">{subtrees}</filter>'
            return str(self._connection.get_config(source="running", filter=wanted).data_xml)

    def edit(self, config: str) -> None:
        """Merge a ``<config>`` into the candidate."""
        with _told("edit-config"):
            self._connection.edit_config(
                config=config, target="candidate", default_operation="merge"
            )

    def validate(self) -> None:
        """Have the candidate checked whole."""
        with _told("validate"):
            self._connection.validate(source="candidate")

    def commit(self, confirm_seconds: int | None) -> None:
        """Put the candidate in force, on probation or for good."""
        with _told("commit"):
            if confirm_seconds is None:
                self._connection.commit()
            else:
                self._connection.commit(confirmed=True, timeout=str(confirm_seconds))

    def cancel(self) -> None:
        """Take back a commit on probation."""
        with _told("cancel-commit"):
            self._connection.cancel_commit()

    def discard(self) -> None:
        """Make the candidate what is running."""
        with _told("discard-changes"):
            self._connection.discard_changes()


@contextmanager
def connected(login: Login) -> Iterator[NetconfSession]:
    """A session; raises ApplyError where the host, its key or the login is not accepted."""
    with _reached(login):
        connection = manager.connect_ssh(
            host=login.host, port=login.port, username=login.user, timeout=_TIMEOUT_SECONDS,
            key_filename=None if login.key is None else str(login.key),
            ssh_config=None if login.ssh_config is None else str(login.ssh_config),
            allow_agent=login.key is None, look_for_keys=login.key is None, hostkey_verify=True,
            manager_params={"timeout": _TIMEOUT_SECONDS},
        )  # fmt: skip
    try:
        yield NetconfSession(connection)
    finally:
        # What was done stands, or was taken back, also where the router no longer says goodbye.
        with suppress(ApplyError), _told("close-session"):
            connection.close_session()


@contextmanager
def _reached(login: Login) -> Iterator[None]:
    where = f"{login.host} port {login.port}"
    try:
        yield
    except SSHUnknownHostError as error:
        raise ApplyError(
            f"the key of {where} is not known: {error.fingerprint}. Compare it with the router's "
            "own, and put it into ~/.ssh/known_hosts (ssh-keyscan)"
        ) from error
    except AuthenticationError as error:
        raise ApplyError(
            f"{where} does not let {login.user} in: {error}. Give --key-file FILE, or add a key to "
            "your SSH agent"
        ) from error
    except (NCClientError, SyntaxError, OSError) as error:
        # A server that is none goes before it has said anything, or says no XML: lxml's errors of
        # that are SyntaxErrors.
        raise ApplyError(f"no NETCONF session with {where}: {error}") from error


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except RPCError as error:
        words = [error.tag, error.message, error.path, *_info(error)]
        raise ApplyError(f"{what} refused: {', '.join(filter(None, words))}") from error
    except (NCClientError, SyntaxError, OSError) as error:
        raise ApplyError(f"{what} failed: {error or type(error).__name__}") from error


def _info(error: RPCError) -> list[str]:
    """What stands in the ``<error-info>``: names of elements and namespaces that it is about."""
    return [text for text in re.findall(r">([^<>]+)<", str(error.info or "")) if text.strip()]
