"""The key of authenticated STAMP, from a file that only its owner may read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from netkit.errors import InputError, Problem

MIN_KEY_BYTES = 16
"""Shorter keys would be weaker than the HMAC, which is cut to 16 bytes."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def load_key(path: Path) -> bytes:
    """The key in ``path``: one line of hexadecimal digits, at least 32 of them.

    Raises :class:`InputError` if others may read the file, or it holds something else, and
    OSError if it cannot be read. The message never shows what the file holds.
    """
    # Opening a pipe waits for its other end, and opening a device may do something.
    if path.exists() and not path.is_file():
        raise _refused(path, "is no regular file", "a file with one line")
    with open(path, "rb", opener=_without_waiting) as file:
        # Of the file that is open: its name may point elsewhere a moment later.
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise _refused(path, "is no regular file", "a file with one line")
        if mode & _OTHERS:
            raise InputError.single(
                "key file that others may use",
                file=str(path),
                value=stat.filemode(mode),
                expected="-rw------- or less",
                remedy=f"Run: chmod 600 {path}",
            )
        text = file.read(4096)
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        raise _refused(path, "is no key", "one line of hexadecimal digits") from None
    if len(key) < MIN_KEY_BYTES:
        raise _refused(
            path, f"holds a key of {len(key)} bytes", f"at least {MIN_KEY_BYTES} bytes in hex"
        )
    return key


def load_keys(files: Iterable[str], known: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """The key of each file. Raises :class:`InputError` with every one that cannot be read.

    ``known`` are keys that were read while this process still had the right to: a file that it may
    read no more is taken to hold the same.
    """
    found, problems = {}, list[Problem]()
    for file in files:
        try:
            found[file] = load_key(Path(file))
        except InputError as error:
            problems += error.problems
        except OSError as error:
            if isinstance(error, PermissionError) and known is not None and file in known:
                found[file] = known[file]
                continue
            what = f"the key file cannot be read: {error.strerror or error}"
            problems.append(Problem(file, None, what))
    if problems:
        raise InputError(problems)
    return found


def _without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | os.O_NONBLOCK | os.O_NOCTTY)


def _refused(path: Path, what: str, expected: str) -> InputError:
    return InputError.single(
        f"the key file {what}",
        file=str(path),
        expected=expected,
        remedy="Make one with: (umask 077; openssl rand -hex 32 > FILE)",
    )
