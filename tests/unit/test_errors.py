from __future__ import annotations

import pytest

from netkit.errors import counted


@pytest.mark.parametrize(
    ("number", "what", "text"),
    [
        (1, "delay", "1 delay"),
        (2, "delay", "2 delays"),
        (0, "reply", "0 replies"),
        (1, "more list", "1 more list"),
        (3, "city", "3 cities"),
        (2, "process", "2 processes"),
    ],
)
def test_singular_and_plural(number: int, what: str, text: str) -> None:
    assert counted(number, what) == text
