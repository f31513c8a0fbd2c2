"""JSON read piece by piece: memory holds one value at a time, however large the file is."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator
from typing import NoReturn

from netkit.errors import InputError
from netkit.files.reading.files import Bytes

_CHUNK_BYTES = 1 << 20
_MAX_VALUE_CHARS = 16 * 1024 * 1024
"""Of what is read as one value; routers print a router or a route in a thousandth of that."""

_NEAR_CHARS = 1 << 16
"""A mistake farther from the end of what was read is none that more text could mend."""

_BLANK = " \t\r\n"
_BEHIND = tuple(",]} \t\r\n")
"""What may stand behind a number."""

Pairs = list[tuple[str, object]]


class JsonStream:
    """A cursor over JSON documents in a row.

    :meth:`members` and :meth:`items` go into an object or array, whose values are then taken one by
    one, by :meth:`value` or by going into them. Mistakes raise
    :class:`~netkit.errors.InputError` with their line.
    """

    def __init__(
        self, stream: Bytes, file: str, made: Callable[[Pairs], object], max_bytes: int
    ) -> None:
        self._stream, self._file = stream, file
        self._decoder = json.JSONDecoder(object_pairs_hook=made, parse_constant=_refuse)
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._left_bytes, self._max_bytes = max_bytes, max_bytes
        self._text, self._at, self._lines = "", 0, 0
        self._ended = False

    def documents(self) -> Iterator[None]:
        """Stops before every document; its value must be taken before the next."""
        while self.peek():
            yield

    def peek(self) -> str:
        """The next character that is not blank; empty at the end of the file."""
        while True:
            while self._at < len(self._text):
                found = self._text[self._at]
                if found not in _BLANK:
                    return found
                self._at += 1
            if not self._more():
                return ""

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here, each before its value."""
        self._take("{")
        first = True
        while self.peek() != "}":
            if not first:
                self._take(",")
            first = False
            if self.peek() != '"':
                self._fail("a key in double quotes")
            key = self.value()
            self._take(":")
            yield str(key)
        self._take("}")

    def items(self) -> Iterator[None]:
        """Stops before every item of the array that begins here."""
        self._take("[")
        first = True
        while self.peek() != "]":
            if not first:
                self._take(",")
            first = False
            yield
        self._take("]")

    def value(self) -> object:
        """The whole value that begins here."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                near = error.pos > len(self._text) - _NEAR_CHARS
                unfinished = near or error.msg.startswith("Unterminated string")
                if not unfinished or not self._more():
                    raise self._wrong(f"not valid JSON: {error.msg}", error.lineno) from error
                continue
            except (ValueError, RecursionError) as error:
                what = f"not usable JSON: {error}"
                raise InputError.single(what, file=self._file) from error
            whole = self._text[end - 1] in '}]"' or self._text[end : end + 1] in _BEHIND
            if not whole and self._more():
                continue  # A number may go on behind what was read.
            self._at = end
            return value

    def _take(self, wanted: str) -> None:
        if self.peek() != wanted:
            self._fail(f"{wanted!r}")
        self._at += 1

    def _fail(self, expected: str) -> NoReturn:
        line = self._text.count("\n", 0, self._at) + 1
        raise self._wrong(f"not valid JSON: expecting {expected}", line)

    def _wrong(self, what: str, line: int) -> InputError:
        return InputError.single(what, file=self._file, line=self._lines + line)

    def _more(self) -> bool:
        """Read on; False at the end of the file."""
        if self._ended:
            return False
        kept = len(self._text) - self._at
        if kept > _MAX_VALUE_CHARS:
            raise self._wrong(f"one value is larger than {_MAX_VALUE_CHARS} characters", 1)
        data = self._stream.read(max(_CHUNK_BYTES, kept))
        self._left_bytes -= len(data)
        if self._left_bytes < 0:
            raise InputError.single(
                "the file is too large",
                file=self._file,
                expected=f"at most {self._max_bytes} bytes",
            )
        self._ended = not data
        self._lines += self._text.count("\n", 0, self._at)
        try:
            self._text = self._text[self._at :] + self._decode(data, self._ended)
        except UnicodeDecodeError as error:
            what, byte = "the text is not valid UTF-8", f"byte 0x{error.object[error.start]:02x}"
            raise InputError.single(what, file=self._file, value=byte) from error
        self._at = 0
        return True


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
