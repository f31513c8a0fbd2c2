"""JSON read value by value: the same as read at once, and no more in memory than one value."""

import json
import random
import tracemalloc

import pytest

from netkit.errors import InputError
from netkit.files.reading.json_stream import JsonStream


class Trickle:
    """Bytes that come few at a time, as from a pipe."""

    def __init__(self, data: bytes, most: int, seed: int = 0) -> None:
        self._data, self._most, self._rng = data, most, random.Random(seed)

    def read(self, size: int = -1) -> bytes:
        taken = min(len(self._data), self._rng.randint(1, self._most))
        found, self._data = self._data[:taken], self._data[taken:]
        return found


def taken(stream):
    """All documents, going into every object and array by hand."""

    def one():
        first = stream.peek()
        if first == "{":
            return {key: one() for key in stream.members()}
        if first == "[":
            return [one() for _ in stream.items()]
        return stream.value()

    return [one() for _ in stream.documents()]


VALUE = {"a": [1, 2.5, -3e9, True, None, 'ü \\ " }', {}], "b": {"c": [[], [{"d": "x" * 50}]]}}


@pytest.mark.parametrize("seed", range(40))
def test_bytes_that_trickle_in_make_the_same_values(seed):
    text = json.dumps(VALUE, indent=seed % 3) + "\n 17\n" + json.dumps([VALUE])
    stream = JsonStream(Trickle(text.encode(), 9, seed), "x", dict, 10_000)
    assert taken(stream) == [VALUE, 17, [VALUE]]


def test_memory_holds_one_value():
    row = json.dumps({"router": "r" * 600, "links": list(range(10))})
    count = 20_000

    class Rows:
        """An array of many rows that is nowhere in memory."""

        def __init__(self) -> None:
            self._left = count

        def read(self, size: int = -1) -> bytes:
            take = min(self._left, 500)
            first = "[" if self._left == count else ""
            self._left -= take
            last = "]" if take and not self._left else ""
            rows = (row + ("" if last and n == take - 1 else ",") for n in range(take))
            return (first + "".join(rows) + last).encode()

    stream, seen = JsonStream(Rows(), "x", dict, 1 << 30), 0
    tracemalloc.start()
    for _ in stream.documents():
        for _ in stream.items():
            assert len(stream.value()["links"]) == 10
            seen += 1
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen == count
    assert peak_bytes < 8_000_000 < count * len(row)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1, 2", "x:1: not valid JSON: expecting ','"),
        ('{"a": 1\n, "b"\n 2}', "x:3: not valid JSON: expecting ':'"),
        ("{1: 2}", "x:1: not valid JSON: expecting a key"),
        ('{"a": "b', "x:1: not valid JSON: Unterminated string"),
        ("[" + "1," * 300, "x: the file is too large; expected at most 500 bytes"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, message):
    with pytest.raises(InputError) as caught:
        taken(JsonStream(Trickle(text.encode(), 100), "x", dict, 500))
    assert str(caught.value).startswith(message)
