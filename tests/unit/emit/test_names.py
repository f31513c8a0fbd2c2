"""Names are shortened so that they fit, stay apart and never change between runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkit.emit.names import shortened

NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,60}", fullmatch=True), max_size=40)


@given(NAMES, st.integers(4, 64))
def test_every_name_fits_and_no_two_become_one(names: list[str], most: int) -> None:
    found = shortened(names, most)
    assert set(found) == set(names)
    assert all(len(short) <= most for short in found.values())
    assert len(set(found.values())) == len(found)
    assert all(found[name] == name for name in names if len(name) <= most)


@given(NAMES, st.integers(8, 64))
def test_the_order_of_names_does_not_matter(names: list[str], most: int) -> None:
    assert shortened(names, most) == shortened(names[::-1], most)


def test_a_long_name_keeps_its_beginning() -> None:
    long = "to-shijiazhuang-dc-within-12000-us"
    (short,) = shortened([long], 31).values()
    assert short.startswith("to-shijiazhuang-dc-wit")
    assert len(short) <= 31


def test_a_name_that_looks_like_the_short_form_of_another_keeps_its_own() -> None:
    long = "a" * 40
    (taken,) = shortened([long], 20).values()
    found = shortened([long, taken], 20)
    assert found[taken] == taken
    assert found[long] not in (taken, long)


def test_too_little_room_is_said() -> None:
    with pytest.raises(ValueError, match="1 characters cannot tell 17 names apart"):
        shortened([f"name{number}" for number in range(17)], 1)
