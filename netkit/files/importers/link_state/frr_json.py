"""``show isis database detail json`` of FRR, version by version as its source prints it.

``isisd/isis_lsp.c`` and ``isis_tlvs.c``: 8.4 to 10.0 print hyphenated keys, and one object where
there are many LSPs or neighbours, so that only the last is left; 10.1 prints lists, and everything
twice, hyphenated and in camel case; later versions in camel case only. Keys are compared without
hyphens and case, which makes one spelling of both.
"""

from __future__ import annotations

from typing import Any

from netkit.errors import InputError
from netkit.files.importers.link_state.frr_tlvs import Object, lsp_of
from netkit.files.importers.link_state.records import Database, Lsp
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.reading.files import Bytes
from netkit.files.reading.json_stream import JsonStream, Pairs

MAX_STREAMED_BYTES = 1 << 30
"""Ten times a national network: 1,500 routers as FRR prints them are 28 MiB."""

_MAX_DEPTH = 32
"""Of lists and objects around LSPs; FRR prints six."""

_CONTAINERS = ("areas", "levels", "vrfs")
_NEIGHBOURS = ("extreach", "mtreach", "oldreachstyle")


def read_frr_json(stream: Bytes, file: str, skipped: Skipped) -> Database:
    """Read a database.

    Raises:
        InputError: no JSON, or printed by a version that leaves out most of it.
    """
    json = JsonStream(stream, file, _object, MAX_STREAMED_BYTES)
    reader = _Reader(json, skipped, file)
    for _ in json.documents():
        reader.read("", 0)
    reader.refuse_cut(file)
    return reader.database


class _Reader:
    """Goes down to the lists of LSPs, and takes these one by one."""

    def __init__(self, json: JsonStream, skipped: Skipped, file: str) -> None:
        self.database = Database()
        self._json, self._skipped, self._file = json, skipped, file
        self._cut = False
        self._printouts = 0

    def read(self, area: str, depth: int) -> None:
        """What begins at the cursor; ``area`` is the name of the instance around it."""
        if depth > _MAX_DEPTH:
            expected = f"at most {_MAX_DEPTH} levels"
            raise InputError.single("JSON nested too deep", file=self._file, expected=expected)
        first = self._json.peek()
        if first == "[":
            for _ in self._json.items():
                self.read(area, depth + 1)
        elif first == "{":
            self._container(area, depth)
        else:
            self._json.value()

    def refuse_cut(self, file: str) -> None:
        """Raise :class:`~netkit.errors.InputError` where LSPs or neighbours were not printed."""
        printed = {key: len(lsps) for key, lsps in self.database.levels.items()}
        missing = [
            f"level {level}: {printed.get((area, level), 0)} of {count} LSPs"
            for (area, level), count in self.database.counts.items()
            if printed.get((area, level), 0) < count
        ]
        if missing or self._cut:
            raise InputError.single(
                "FRR before 10.1 prints only the last LSP of a level as JSON, and of an LSP only "
                "the last neighbour", file=file, value=", ".join(missing) or None,
                remedy="The text of `show isis database detail` is whole, and is read as well.",
            )  # fmt: skip

    def _container(self, area: str, depth: int) -> None:
        """An object around LSPs; FRR before 10.1 prints the LSP itself among its keys."""
        rest: Object = {}
        lsps: list[Lsp] = []
        self._printouts += 1
        for word in self._json.members():
            key = canonical(word)
            if key in _CONTAINERS:
                self.read(_area(rest.get("area"), area), depth + 1)
            elif key == "lsps" and self._json.peek() == "[":
                for _ in self._json.items():
                    self._lsp(self._json.value(), lsps)
            else:
                rest[key] = self._json.value()
        if "lsp" in rest:
            self._lsp(rest, lsps)
        number = rest.get("id", 0)
        level = (area, number if isinstance(number, int) else 0)
        if lsps:
            self.database.levels.setdefault(level, []).extend(lsps)
        if isinstance(rest.get("count"), int):
            counts = self.database.counts
            counts[level] = max(counts.get(level, 0), rest["count"])

    def _lsp(self, found: object, lsps: list[Lsp]) -> None:
        if not isinstance(found, dict):
            return
        lsp = lsp_of(found, self._skipped)
        if lsp is not None:
            lsp.printout = self._printouts
            lsps.append(lsp)
            self._cut = self._cut or any(isinstance(found.get(key), dict) for key in _NEIGHBOURS)


def _area(stated: object, around: str) -> str:
    """The name of an instance, if it is one; else that of what is around it."""
    return str(stated.get("name", around)) if isinstance(stated, dict) else around


class _Canonical(dict[str, str]):
    """Spellings as they are met."""

    def __missing__(self, word: str) -> str:
        self[word] = found = word.replace("-", "").replace("_", "").lower()
        return found


_SPELLINGS = _Canonical()


def canonical(word: str) -> str:
    """``ext-reach`` and ``extReach`` are one key."""
    return _SPELLINGS[word]


def _object(pairs: Pairs) -> Any:  # noqa: ANN401  (what JSON is made of)
    """Keys in one spelling; of a key that is there twice in the same spelling, all values."""
    made = {_SPELLINGS[key]: value for key, value in pairs}
    if len(made) < len(pairs) and len({key for key, _ in pairs}) < len(pairs):
        for key in made:
            values = [value for word, value in pairs if _SPELLINGS[word] == key]
            if len(values) > 1:
                made[key] = values
    return made
