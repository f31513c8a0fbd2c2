"""Alarms in Debian's PostgreSQL: the same tests as in SQLite."""

from __future__ import annotations

from itertools import count

import pytest
from alarm_suite import *  # noqa: F403
from postgresql_server import new_database, server

_NUMBERS = count()


@pytest.fixture(scope="module")
def running():
    with server() as folder:
        yield folder


@pytest.fixture
def url(running):
    return new_database(running, f"alarms{next(_NUMBERS)}")
