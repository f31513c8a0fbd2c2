"""The desired state itself as a target: one JSON document a router."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from netkit.emit.canonical import canonical
from netkit.emit.dialect import Carried, Foreign, Parsed
from netkit.emit.json.codec import Path, Reader, to_plain
from netkit.emit.json.lines import line_of
from netkit.emit.limits import Exceeded, Limits, exceeded
from netkit.emit.recognise import hint
from netkit.errors import InputError, Problem, shown
from netkit.model.router_state import RouterState

SCHEMA = "netkit/router-state/1"
SUFFIX = ".json"

_LEFT_OUT = "left_out"


class JsonDialect:
    """All of the state, and what of the plan is not in it."""

    name = "json"
    suffixes = (SUFFIX,)
    whole = True

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """Only what contradicts itself: no platform is asked for."""
        del version
        return exceeded(state, Limits())

    def carried(self, state: RouterState) -> Carried:
        """All of it."""
        return Carried(state)

    def render(self, carried: Carried) -> Mapping[str, str]:
        """The document (docs/router-state-json.md)."""
        left_out = [{"what": one.what, "why": one.why} for one in carried.left_out]
        document = {"schema": SCHEMA, **to_plain(carried.state), _LEFT_OUT: left_out}
        return {SUFFIX: json.dumps(document, ensure_ascii=False, indent=1) + "\n"}

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """Read a document back; parts may stand in any order, keys without a field are foreign.

        Raises:
            InputError: every value that is none of its field, each with its line; text that is no
                JSON, or another document.
        """
        text, file = files[SUFFIX], f"{router}{SUFFIX}"
        document = _document(text, file)
        del document["schema"]
        document.pop(_LEFT_OUT, None)
        reader = Reader()
        state = reader.read(RouterState, document)
        problems = [_problem(text, file, *one) for one in reader.problems]
        if not problems:
            problems.extend(_contradictions(state, router, file))
        if problems:
            raise InputError(problems)
        foreign = (Foreign(line_of(text, path), _words(path)) for path in reader.foreign)
        return Parsed(canonical(state), tuple(foreign))


def _document(text: str, file: str) -> dict[str, Any]:
    expected = f"a document of schema {SCHEMA}"
    repeated: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(key for key, _ in pairs)
        repeated.extend(key for key, count in counts.items() if count > 1)
        return dict(pairs)

    try:
        found = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        what = f"no JSON: {error.msg}" if isinstance(error, json.JSONDecodeError) else "no JSON"
        remedy = hint(text, "json")
        raise InputError.single(
            what, file=file, line=line, expected=expected, remedy=remedy
        ) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        value = found.get("schema") if isinstance(found, dict) else None
        raise InputError.single(
            "not a router's state", file=file, line=1, value=value, expected=expected,
            remedy=hint(text, "json"),
        )  # fmt: skip
    if repeated:
        raise InputError(
            Problem(file, None, "a key twice in one object", shown(key)) for key in repeated
        )
    return found


def _problem(text: str, file: str, path: Path, value: object, expected: str) -> Problem:
    return Problem(file, line_of(text, path), _words(path), shown(str(value)), expected)


def _words(path: Path) -> str:
    """A path as people write it: ``policies[2].color``."""
    words = (f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)
    return "".join(words).lstrip(".") or "the document"


def _contradictions(state: RouterState, router: str, file: str) -> Iterator[Problem]:
    if state.router != router:
        yield Problem(file, 1, "the state of another router", state.router, router)
    for what, keys in (
        ("a SID", [str(one.prefix) for one in state.sids]),
        ("a policy", [f"color {one.color} to {one.endpoint}" for one in state.policies]),
        ("a preference", [
            f"{path.preference} of color {one.color} to {one.endpoint}"
            for one in state.policies for path in one.candidate_paths
        ]),
    ):  # fmt: skip
        for key, count in Counter(keys).items():
            if count > 1:
                yield Problem(file, None, f"{what} stands {count} times", key, "each once")


DIALECT = JsonDialect()
