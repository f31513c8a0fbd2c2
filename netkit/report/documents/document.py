"""What all JSON documents of the reports share: milliseconds, names of things, and their text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TypeVar

from netkit.language.chosen import Language, in_language
from netkit.model.units import ppb_to_percent, us_to_ms

_Value = TypeVar("_Value")

Document = dict[str, object]
"""A JSON object: str, int, float, bool, None, lists and objects of these; never NaN."""


def ms(delay_us: float | None) -> float | None:
    """A delay in µs as ms, rounded to whole µs; missing stays missing."""
    return None if delay_us is None else round(us_to_ms(delay_us), 3)


def percent(loss_ppb: int | None) -> float | None:
    """A share of packets as percent; missing stays missing."""
    return None if loss_ppb is None else ppb_to_percent(loss_ppb)


def rounded(value: float | None, digits: int = 3) -> float | None:
    """A figure as it is written into a document; missing stays missing."""
    return None if value is None else round(value, digits)


def sentences(field: str, value: _Value | None, words: Callable[[_Value], str]) -> Document:
    """The sentence for a value in every language, in English as ``field``, in others as
    ``field_zh``; null where there is no value. It is the same whichever language is spoken."""
    return {
        named_in(field, language): None if value is None else in_language(language, words, value)
        for language in Language
    }


def every_sentence(words: Callable[[], Iterable[str]]) -> list[Document]:
    """Sentences that ``words`` makes, each as :func:`sentences` has one, as ``text``."""
    told = {named_in("text", one): in_language(one, lambda: [*words()]) for one in Language}
    return [dict(zip(told, each, strict=True)) for each in zip(*told.values(), strict=True)]


def named_in(field: str, language: Language) -> str:
    """What the field of a document is called that holds its sentence in that language."""
    return field if language is Language.EN else f"{field}_{language.value}"


def to_text(document: Document) -> str:
    """The document as written to disk: UTF-8, indented, keys in the documented order.

    Raises ValueError on NaN and infinities, which JSON does not have: a missing figure is null.
    """
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
