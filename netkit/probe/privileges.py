"""Giving root away once the port is bound."""

from __future__ import annotations

import ctypes
import os
import pwd

from netkit.errors import InputError, PrivilegeError

_PR_SET_NO_NEW_PRIVS = 38

UNPRIVILEGED = "nobody"


def drop_privileges(user: str = UNPRIVILEGED) -> bool:
    """Become ``user`` for good, with no group and no capability left; False if not root before.

    Raises :class:`InputError` for a user that there is not, and :class:`PrivilegeError` if root
    could not be given away.
    """
    if os.geteuid() != 0:
        return False
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        raise InputError.single("--user", value=user, expected="a user of this host") from None
    if account.pw_uid == 0:
        raise InputError.single("--user", value=user, expected="a user who is not root")
    try:
        os.setgroups([])
        os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
        os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    except OSError as error:
        raise PrivilegeError(f"cannot become {user}: {error.strerror}") from error
    if ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise PrivilegeError(f"cannot renounce new privileges as {user}")
    return True
