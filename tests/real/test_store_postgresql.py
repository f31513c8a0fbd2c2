"""The store in Debian's PostgreSQL: the same tests as of SQLite."""

from itertools import count

import pytest
from postgresql_server import new_database, server
from store_suite import *  # noqa: F403

_NUMBERS = count()


@pytest.fixture(scope="module")
def running():
    with server() as folder:
        yield folder


@pytest.fixture
def url(running):
    return new_database(running, f"netkit{next(_NUMBERS)}")
