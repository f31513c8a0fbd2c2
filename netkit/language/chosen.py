"""Which language is spoken: chosen once for the process, and set aside where something is asked for
in a certain one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from enum import StrEnum
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Language(StrEnum):
    """Languages that netkit speaks, by their codes of ISO 639."""

    EN = "en"
    ZH = "zh"


class _Process:
    """What this process speaks, in all of its threads."""

    language = Language.EN


_ASKED: ContextVar[Language | None] = ContextVar("_ASKED", default=None)
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""What POSIX looks at for messages: the first that is set and not empty counts."""


def choose(language: Language) -> None:
    """Speak this language from here on, in every thread."""
    _Process.language = language


def spoken() -> Language:
    """The language that is spoken now."""
    return _ASKED.get() or _Process.language


def in_language(
    language: Language, make: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs
) -> _R:
    """What ``make`` returns where this language is spoken, whichever was chosen."""
    token = _ASKED.set(language)
    try:
        return make(*args, **kwargs)
    finally:
        _ASKED.reset(token)


def in_english(make: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    """What ``make`` returns in English: documents and logs are the same in every language."""
    return in_language(Language.EN, make, *args, **kwargs)


def of_locale(environment: Mapping[str, str]) -> Language:
    """The language of a locale; English where netkit does not speak it.

    >>> of_locale({"LANG": "zh_CN.UTF-8"}), of_locale({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    (<Language.ZH: 'zh'>, <Language.EN: 'en'>)
    """
    locale = next((environment[name] for name in _LOCALE if environment.get(name)), "")
    code = locale.partition(".")[0].partition("_")[0].lower()
    return Language(code) if code in set(Language) else Language.EN
