"""One browser for all tests of reports, and two pages made once."""

import pytest
from chromium import browser
from report_tab import page_of


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """A page of 42 pairs and one of 10,000."""
    folder = tmp_path_factory.mktemp("pages")
    return {"small": page_of(folder, 3, 14), "large": page_of(folder, 100, 100)}


@pytest.fixture(scope="session")
def chromium():
    """The browser."""
    with browser() as made:
        yield made


@pytest.fixture
def tab(chromium):
    """Its page; whatever the console had to complain of fails the test."""
    chromium.complaints.clear()
    yield chromium
    assert chromium.complaints == []
