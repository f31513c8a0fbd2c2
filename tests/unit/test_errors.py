from __future__ import annotations

import pytest

from netkit.errors import counted, did_you_mean, nearest


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


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("北亰", ["北京", "上海"], "北京"),
        ("比京", ["北京", "上海"], "北京"),  # the first may be the wrong one as well
        ("南亰", ["南京", "南昌", "上海"], None),  # it could be either
        ("南亰", ["南京", "南京", "上海"], "南京"),
        ("海上", ["上海"], None),
        ("京", ["北"], None),
        ("京市", ["北京市", "上海市"], "北京市"),
        ("乎和浩特", ["呼和浩特", "和林格尔"], "呼和浩特"),
        ("和浩特", ["呼和浩特", "和林格尔"], "呼和浩特"),
        ("呼和号待", ["呼和浩特"], None),  # of those that begin alike half is not enough
        ("比京-ct", ["北京-ct", "北京-cm", "beijing-ct"], "北京-ct"),
        ("北京", ["北京-ct", "上海-ct"], "北京-ct"),
        ("北京", [], None),
        ("ab", ["ac"], None),
        ("ab", ["abcdefg"], None),
        ("xeijing", ["beijing"], None),
    ],
)
def test_of_a_chinese_name_one_wrong_character_is_told(word, known, meant):
    """Half of a name of two is less than difflib takes for near; of Latin words all stays."""
    assert did_you_mean(word, known) == (None if meant is None else f"Did you mean {meant!r}?")
    assert nearest(word, iter(known), 3) == ([] if meant is None else [meant])
