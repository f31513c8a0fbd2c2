"""Giving root away once the port is bound."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import FrameType

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
        raise InputError.argument("user", value=user, expected="a user of this host") from None
    if account.pw_uid == 0:
        raise InputError.argument("user", value=user, expected="a user who is not root")
    try:
        os.setgroups([])
        os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
        os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    except OSError as error:
        raise PrivilegeError(f"cannot become {user}: {error.strerror}") from error
    if ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise PrivilegeError(f"cannot renounce new privileges as {user}")
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


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Within this, SIGTERM raises KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what signals do
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def interrupts_held() -> Iterator[Callable[[], None]]:
    """Within this, what Python does on Ctrl-C and SIGTERM waits until what is yielded is called.

    So neither can come between two steps that belong together. What comes after the last call is
    dropped.
    """
    held: list[Callable[[], object]] = []

    def let_in() -> None:
        if held:
            held.pop()()

    with ExitStack() as stack:
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)
            # Only the main thread may say what signals do, and is interrupted by them.
            if callable(before) and threading.current_thread() is threading.main_thread():
                signal.signal(number, lambda *what, act=before: held.append(partial(act, *what)))
                stack.callback(signal.signal, number, before)
        yield let_in


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
