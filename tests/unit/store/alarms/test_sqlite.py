"""Alarms in a SQLite file, which needs nothing."""

import pytest
from alarm_suite import *  # noqa: F403


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'windows.sqlite'}"
