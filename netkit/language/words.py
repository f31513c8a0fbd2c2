"""Messages in the language that is spoken. Where a catalogue lacks one, it stays English.

``tools/catalogue`` finds messages where they stand as literals in these calls, so that
``make lint`` can say which are not translated.
"""

from __future__ import annotations

from functools import cache

from netkit import errors
from netkit.language.catalogue import Catalogue, shipped_catalogue
from netkit.language.chosen import Language, spoken

COUNTED = "counted"
"""The context of things that are counted: with the word that Chinese counts them by."""


def marked(message: str) -> str:
    """The message as it is: ``tools/catalogue`` finds it, and ``say`` is called on it later."""
    return message


def say(message: str, /, **values: object) -> str:
    """The message in the language that is spoken, with its values; without any as it stands.

    Raises KeyError where a value is lacking.
    """
    words = _found("", message)
    return words.format(**values) if values else words


def counted(number: int, what: str) -> str:
    """As :func:`netkit.errors.counted`, in the language that is spoken."""
    if spoken() is Language.EN:
        return errors.counted(number, what)
    return f"{number} {_found(COUNTED, what)}"


def _found(context: str, message: str) -> str:
    language = spoken()
    if language is Language.EN:
        return message
    return _catalogue(language).get((context, message), message)


@cache
def _catalogue(language: Language) -> Catalogue:
    return shipped_catalogue(language)
