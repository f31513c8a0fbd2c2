"""Whether the key that a router shows over SSH is the one that is known of it."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from ncclient.transport import SSHSession
from paramiko import PKey

from netkit.apply.push.netconf.login import Login

_SSH_PORT = 22
_NO_COMMON_KIND = "no acceptable host key"
"""What paramiko says where the router has no key of the kinds that are known of it."""


def is_of_another_kind(error: Exception) -> bool:
    """Did the session not begin for want of a host key of a kind that is known?"""
    return _NO_COMMON_KIND in str(error)


def refusal(session: SSHSession, login: Login, host: str) -> str:
    """Why the key of a router is not accepted, and what to do; ``host`` is as SSH calls it.

    By then nothing was sent to it, no name and no key of a user.
    """
    known, shown = _known(session, host, login.port), _shown(session)
    where = f"{login.host} port {login.port}"
    file = "~/.ssh/known_hosts" if login.ssh_config is None else "the known_hosts file"
    if not known:
        said = "" if shown is None else f": {shown}"
        return (
            f"the key of {where} is not known{said}. Nothing was sent. Compare it with the router's"
            f" own, and put it into {file}: ssh-keyscan -p {login.port} {host}"
        )
    told = "has none of that kind" if shown is None else f"shows {shown}"
    entry = host if login.port == _SSH_PORT else f"[{host}]:{login.port}"
    return (
        f"the key of {where} is another than {file} has: {', '.join(sorted(known))} is known, and"
        f" the router {told}. Nothing was sent. It may have got a new one, or somebody stands"
        " between: compare it with the router's own first, and only then take the old one away:"
        f" ssh-keygen -R '{entry}'"
    )


def _known(session: SSHSession, host: str, port: int) -> set[str]:
    """The kinds of key that are known of it, under its name and under that with its port."""
    keys = session._host_keys
    return {kind for name in (host, f"[{host}]:{port}") for kind in keys.lookup(name) or ()}


def _shown(session: SSHSession) -> str | None:
    """The key that it has shown, as ``ssh-keygen -l`` names it; None where it came to none."""
    key: PKey | None = getattr(session.transport, "host_key", None)
    if key is None:
        return None
    digest = b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    return f"{key.get_name()} SHA256:{digest}"
