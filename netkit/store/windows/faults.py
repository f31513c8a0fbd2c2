"""What a database refuses, as errors of netkit: which database, what, and what to do.

A password in a URL is never shown.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from netkit.errors import StoreError

_REMEDIES = {
    "disk is full": "Make room on that disk, or name another store",
    "no space left": "Make room on that disk",
    "file exists": "See that its folder is one",
    "permission denied": "Run as a user who may write there",
    "disk i/o error": "See whether that disk is full, and what the kernel says of it",
    "database is locked": "See which process holds it; it kept all others out for a minute",
    "readonly database": "Run as the user who owns it; who reads writes SQLite's index as well",
    "unable to open database": "See that its folder is there, and that this user may write in it",
    "malformed": "`netkit store check` says what is damaged; take it back from a backup",
    "not a database": "Name another file: this one was not written by SQLite",
    "connection is bad": "See that PostgreSQL runs there; the URL names host and port",
    "connection refused": "See that PostgreSQL runs there; the URL names host and port",
    "no password supplied": "Put it into ~/.pgpass or PGPASSWORD",
    "failed to resolve host": "See the host of the URL, and DNS",
    "authentication failed": "See the user and the password of the URL",
    "does not exist": "Make it first: `createdb`, `createuser`",
}


def place_of(url: URL) -> str:
    """A database as messages name it: a file by its path, a server by its URL without password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    words = {word: "hidden" if "password" in word else value for word, value in url.query.items()}
    return url.set(drivername="postgresql", query=words).render_as_string(hide_password=True)


@contextmanager
def told(url: URL) -> Iterator[None]:
    """Errors of the database, or of its file, in this block become :class:`StoreError`."""
    try:
        yield
    except SQLAlchemyError as error:
        raise store_error(url, error) from error
    except sqlite3.Error as error:  # of what SQLite is asked without SQLAlchemy
        raise _fault(url, str(error)) from error
    except OSError as error:  # of the folder of a file that is made
        raise _fault(url, f"{error.strerror}: {error.filename}") from error


def store_error(url: URL, error: SQLAlchemyError) -> StoreError:
    """The error of netkit for one of the database: its first line, and what to do."""
    return _fault(url, str(error.orig) if isinstance(error, DBAPIError) else str(error))


def _fault(url: URL, said: str) -> StoreError:
    text = " ".join(said.split("\n")[0].split())
    remedy = next((do for sign, do in _REMEDIES.items() if sign in said.lower()), None)
    return StoreError(f"{place_of(url)}: {text}" + (f". {remedy}" if remedy else ""))
