"""A NETCONF session over SSH (RFC 6242), by ncclient."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ncclient import NCClientError
from ncclient.manager import Manager
from ncclient.operations import RPCError
from ncclient.operations.errors import TimeoutExpiredError
from ncclient.transport import SSHSession
from ncclient.transport.errors import SessionError, TransportError
from paramiko import SSHException

from netkit.apply.faults import SessionLostError
from netkit.apply.push.netconf.capabilities import Capabilities
from netkit.apply.push.netconf.connection import connect
from netkit.apply.push.netconf.login import Login
from netkit.apply.push.netconf.operations import WHOLE
from netkit.errors import ApplyError

_BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"


class NetconfSession:
    """A :class:`~netkit.apply.push.netconf.operations.Session`."""

    def __init__(self, connection: Manager, ssh: SSHSession) -> None:
        self._connection, self._ssh = connection, ssh
        self._answers, self._ended = True, False

    @property
    def capabilities(self) -> Capabilities:
        """What the server said it can do."""
        return Capabilities(frozenset(self._connection.server_capabilities))

    def lock(self) -> None:
        """Keep all others from the candidate."""
        with self._told("lock"):
            self._connection.lock(target="candidate")

    def unlock(self) -> None:
        """Let them again; of a router that no longer answers nobody waits for that."""
        if not self._answers:
            return
        with self._told("unlock"):
            self._connection.unlock(target="candidate")

    def running(self, subtrees: str) -> str:
        """What the router runs of these subtrees, or whole: its ``<data>``."""
        return self._config("running", subtrees)

    def candidate(self, subtrees: str) -> str:
        """What it would run of them, or whole."""
        return self._config("candidate", subtrees)

    def _config(self, source: str, subtrees: str) -> str:
        with self._told("get-config"):
            # An empty filter selects nothing, and none everything (RFC 6241 §6.4.2).
            inside = f'<filter xmlns="{_BASE}" type="subtree">{subtrees}</filter>'
            wanted = None if subtrees == WHOLE else inside
            return str(self._connection.get_config(source=source, filter=wanted).data_xml)

    def edit(self, config: str) -> None:
        """Merge a ``<config>`` into the candidate."""
        with self._told("edit-config"):
            self._connection.edit_config(
                config=config, target="candidate", default_operation="merge"
            )

    def validate(self) -> None:
        """Have the candidate checked whole."""
        with self._told("validate"):
            self._connection.validate(source="candidate")

    def commit(self, confirm_seconds: int | None) -> None:
        """Put the candidate in force, on probation or for good."""
        with self._told("commit"):
            if confirm_seconds is None:
                self._connection.commit()
            else:
                self._connection.commit(confirmed=True, timeout=str(confirm_seconds))

    def cancel(self) -> None:
        """Take back a commit on probation."""
        with self._told("cancel-commit"):
            self._connection.cancel_commit()

    def discard(self) -> None:
        """Make the candidate what is running."""
        with self._told("discard-changes"):
            self._connection.discard_changes()

    def close(self) -> None:
        """Say goodbye, where somebody is there, and leave."""
        with suppress(ApplyError):
            if self._answers:
                with self._told("close-session"):
                    self._connection.close_session()
        self._ssh.close()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        if self._ended:
            # ncclient would wait for an answer, where its thread has not yet taken the end in.
            raise SessionLostError(f"{what} failed: the session has ended")
        try:
            yield
        except RPCError as error:
            words = [error.tag, error.message, error.path, *_info(error)]
            raise ApplyError(f"{what} refused: {', '.join(filter(None, words))}") from error
        except TimeoutExpiredError as error:
            self._answers = False
            seconds = self._connection.timeout
            raise SessionLostError(f"{what} failed: no answer within {seconds:g} s") from error
        except SyntaxError as error:
            self._answers = False
            raise SessionLostError(f"{what} failed: no XML came back: {error}") from error
        except (TransportError, SessionError, SSHException, EOFError, OSError) as error:
            # ncclient's own words hold all that was half read: a configuration, maybe.
            self._answers, self._ended = False, True
            raise SessionLostError(f"{what} failed: the session ended") from error
        except NCClientError as error:
            raise ApplyError(f"{what} failed: {error or type(error).__name__}") from error
        else:
            self._answers = True


@contextmanager
def connected(login: Login) -> Iterator[NetconfSession]:
    """A session; raises ApplyError where the host, its key or the login is not accepted."""
    session = NetconfSession(*connect(login))
    try:
        yield session
    finally:
        # What was done stands, or was taken back, also where the router no longer says goodbye.
        session.close()


def _info(error: RPCError) -> list[str]:
    """What stands in the ``<error-info>``: names of elements and namespaces that it is about."""
    return [text for text in re.findall(r">([^<>]+)<", str(error.info or "")) if text.strip()]
