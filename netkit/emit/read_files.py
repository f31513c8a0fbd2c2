"""Files of routers back to their states: which router, which dialect, and what each says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from netkit.emit.dialect import Dialect, Foreign
from netkit.emit.recognise import recognised
from netkit.emit.saved import is_xml, own_words
from netkit.emit.targets import TARGETS, dialect
from netkit.errors import InputError, Problem
from netkit.model.router_state import RouterState


@dataclass(frozen=True, slots=True)
class RouterRead:
    """What the files of one router say, in the words of ``target``; ``suffix`` is that of the one
    file that was read, where it was one."""

    target: str
    state: RouterState
    foreign: tuple[Foreign, ...] = ()
    suffix: str | None = None


_EMPTY = "the file is empty, which says nothing of a router"


def read_folder(files: Mapping[str, str], target: str | None = None) -> dict[str, RouterRead]:
    """The routers of a folder that ``netkit emit`` wrote, ``files`` by name.

    ``target`` decides where the names of files fit several. Raises InputError with every problem of
    all files.
    """
    routers: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    suffixes = sorted({one for name in TARGETS for one in dialect(name).suffixes}, key=len)
    for name, text in sorted(files.items()):
        fitting = [one for one in suffixes if name.endswith(one) and len(name) > len(one)]
        if fitting:
            routers.setdefault(name.removesuffix(fitting[-1]), {})[fitting[-1]] = text
        else:
            problems.append(
                Problem(name, None, "a file of no target", None, f"one of {', '.join(suffixes)}")
            )
    found = {}
    for router, own in routers.items():
        try:
            found[router] = read_router(own, router, target)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return found


def read_router(files: Mapping[str, str], router: str, target: str | None = None) -> RouterRead:
    """One router, its files by suffix.

    Raises InputError where no dialect can read them; of several that could have been meant, with
    what the likeliest says; and where one is empty.
    """
    empty = [Problem(f"{router}{suffix}", 1, _EMPTY) for suffix, text in files.items()
             if not text.strip()]  # fmt: skip
    if empty:
        raise InputError(empty)
    wanted = set(files)
    fitting = [name for name in TARGETS if wanted <= set(dialect(name).suffixes)]
    likely = target if target in fitting else recognised(next(iter(files.values())))
    order = sorted(fitting, key=lambda name: name != likely)
    if not order:
        raise InputError.single(
            "files of different targets", file=router, value=", ".join(sorted(wanted))
        )
    first: InputError | None = None
    for name in order:
        try:
            parsed = dialect(name).parse(files, router)
        except InputError as error:
            first = first or error
            if name == likely:
                break
        else:
            return RouterRead(name, parsed.state, parsed.foreign)
    raise first or InputError.single("cannot be read", file=router)


def read_saved(text: str, router: str, file: str, target: str | None = None) -> RouterRead:
    """A configuration that somebody saved from a router, in a file of any name.

    Raises InputError where its words are of no target and none is given, or some of them are a
    terminal's (:func:`~netkit.emit.saved.own_words`).
    """
    text = own_words(text, file)
    if not text.strip():
        raise InputError.single(_EMPTY, file=file, line=1)
    name = target or recognised(text)
    if name is None or name not in TARGETS:
        raise InputError.single(
            "whose configuration this is cannot be told from its words", file=file, value=name,
            expected=f"one of {', '.join(TARGETS)}", remedy="Say it", field="target",
        )  # fmt: skip
    own = dialect(name)
    suffix = _suffix(own, text)
    try:
        parsed = own.parse({suffix: text}, router)
    except InputError as error:
        raise placed(error, lambda _: file) from None
    return RouterRead(name, parsed.state, parsed.foreign, suffix)


def placed(error: InputError, where: Callable[[str], str]) -> InputError:
    """The error with the files of its problems as the user knows them, not as parsers do."""
    problems = (
        one if one.file is None else replace(one, file=where(one.file)) for one in error.problems
    )
    return InputError(problems, error.more)


def _suffix(own: Dialect, text: str) -> str:
    """Which of a target's files the text would be: XML, JSON, or the first that is neither."""
    likely = ".xml" if is_xml(text) else ".json" if text.lstrip().startswith("{") else None
    return likely if likely in own.suffixes else own.suffixes[0]
