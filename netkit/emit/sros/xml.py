"""Trees of statements as the ``<configure>`` of ``nokia-conf``: keys are leaves here, and back."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.emit.common.tree import Statement
from netkit.emit.common.xml import read_xml, xml_text
from netkit.emit.sros.schema import LISTS, NAMESPACE, place, within


def sros_xml(top: Iterable[Statement], comments: Iterable[str]) -> str:
    """The file, ready for edit-config with the default operation ``merge``."""
    found = [_with_keys(one, "") for one in top]
    for one in found:
        one.namespace = NAMESPACE
    return xml_text(found, comments)


def _with_keys(one: Statement, inside: str) -> Statement:
    key = LISTS.get(place(inside, one.name))
    inner = [_with_keys(each, within(inside, one.name)) for each in one.inside]
    if key is None:
        return Statement(one.name, one.value, inner)
    return Statement(one.name, None, [Statement(key, one.value), *inner])


def read_sros_xml(text: str, file: str) -> Statement:
    """The statement that holds the file's ``<configure>``, as MD-CLI has it.

    Raises:
        InputError: not XML that can be read.
    """
    top = read_xml(text, file)
    _without_keys(top, "")
    return top


def _without_keys(one: Statement, inside: str) -> None:
    for inner in one.inside:
        key = LISTS.get(place(inside, inner.name))
        if key is not None:
            _lift(inner, key)
        _without_keys(inner, within(inside, inner.name))


def _lift(entry: Statement, key: str) -> None:
    """Make the key leaf of an entry of a list the entry's value."""
    for number, leaf in enumerate(entry.inside):
        if leaf.name == key:
            entry.value = leaf.value
            del entry.inside[number]
            return
