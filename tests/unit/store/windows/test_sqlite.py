"""The store in a SQLite file, which needs nothing."""

import pytest
from store_history_suite import *  # noqa: F403
from store_rolled_suite import *  # noqa: F403
from store_suite import *  # noqa: F403


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'windows.sqlite'}"
