"""What a probing process asks the kernel for itself: no privileges any more, prompt sleeps, room
for its sockets."""

from __future__ import annotations

import codecs
import ctypes
import importlib
import os
import pwd
import resource
from collections.abc import Iterator
from contextlib import contextmanager

from netkit.errors import InputError, PrivilegeError
from netkit.probe.kernel.no_new_privileges import renounce_new_privileges

UNPRIVILEGED = "nobody"

_CODECS, _MODULES = ("ascii", "idna"), ("numpy.ma",)
"""Loaded by Python when a name is looked up, and by ``numpy.unique``: perhaps from where only root
may read."""


def drop_privileges(user: str = UNPRIVILEGED) -> bool:
    """Become ``user`` for good, with no group and no capability left; False if not root before.

    Either way no thread of this process can gain a privilege any more. Raises
    :class:`InputError` for a user that there is not, and :class:`PrivilegeError` if root could not
    be given away.
    """
    if os.geteuid() != 0:
        renounce_new_privileges()
        return False
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        raise InputError.argument("user", value=user, expected="a user of this host") from None
    if account.pw_uid == 0:
        raise InputError.argument("user", value=user, expected="a user who is not root")
    for codec in _CODECS:
        codecs.lookup(codec)
    for module in _MODULES:
        importlib.import_module(module)
    try:
        os.setgroups([])
        os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
        os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    except OSError as error:
        remedy = "start it as an ordinary user"
        raise PrivilegeError(f"cannot become {user}: {error.strerror}; {remedy}") from error
    renounce_new_privileges()
    return True


_SET, _GET = 29, 30  # PR_SET_TIMERSLACK and PR_GET_TIMERSLACK of linux/prctl.h


_LEAST_NS = 1


_LIBC = ctypes.CDLL(None)


@contextmanager
def prompt_sleep() -> Iterator[None]:
    """Within this, sleeps of the calling thread end as soon as the kernel can."""
    before_ns = _LIBC.prctl(_GET, 0, 0, 0, 0)
    _LIBC.prctl(_SET, _LEAST_NS, 0, 0, 0)
    try:
        yield
    finally:
        _LIBC.prctl(_SET, before_ns, 0, 0, 0)


_SPARE_FILES = 64
"""Beside sockets: libraries, logs, what the program itself has open."""


def make_room(sockets: int) -> None:
    """Sockets are files, and of these a process may have 1024 unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * sockets + _SPARE_FILES
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
