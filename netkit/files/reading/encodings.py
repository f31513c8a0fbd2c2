"""Which encoding a text says it has: by its byte order mark, in its XML declaration, or in a first
line of comment such as ``# coding: gbk``.

Nothing is guessed: bytes that say nothing are UTF-8.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = ((b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be"))
"""How an XML declaration starts in UTF-16 without a mark (XML 1.0, appendix F)."""

_DECLARED = re.compile(
    rb"""(?:\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']|#[^\n]{0,40}?\bcoding\s*[:=]\s*)"""
    rb"""([A-Za-z][A-Za-z0-9._-]{0,39})"""
)
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be"), "utf-8"),
    **dict.fromkeys(("gbk", "gb2312", "gb18030", "cp936", "ms936", "x-gbk"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "euc-jp", "euc-kr", "koi8-r")),
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in range(1, 17) if part != 12},
    **{f"windows-125{part}": f"cp125{part}" for part in range(9)},
}
"""Names of IANA's register and Python's codec of each; GB 18030 holds GBK and GB 2312. A text that
starts with bytes of ASCII is not in UTF-16, whatever it says: some program has changed that."""


def declared_encoding(data: bytes) -> str | None:
    """The codec that the bytes say they are in, UTF-8 where they say nothing; None for a name that
    netkit does not know."""
    marked = next((name for mark, name in (*_MARKS, *_UNMARKED) if data.startswith(mark)), None)
    found = None if marked else _DECLARED.match(data)
    if found is None:
        return marked or "utf-8"
    name = found[1].decode("ascii").lower()
    return (_CODECS[name] or name) if name in _CODECS else None


def declared_name(data: bytes) -> str:
    """The name of the encoding, as it is written there."""
    found = _DECLARED.match(data)
    return "" if found is None else found[1].decode("ascii")
