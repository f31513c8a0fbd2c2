"""Groups of options that several commands share: one dataclass each, written once.

A command takes the group as one parameter; on the command line each field is an option of its own,
under the heading of its group in ``--help``.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterator
from copy import copy
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from typer.models import OptionInfo


class OptionGroup:
    """Base of the dataclasses whose fields, annotated as Typer wants them, are options; or groups
    of them, each under a heading of its own."""

    PANEL: ClassVar[str]


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """``command`` as Typer can read it: each parameter that is a group becomes its fields."""
    taken = inspect.signature(command, eval_str=True).parameters
    groups = {name: one.annotation for name, one in taken.items() if _is_group(one.annotation)}

    @functools.wraps(command)
    def call(**values: Any) -> None:  # noqa: ANN401
        for name, group in groups.items():
            values[name] = _taken(group, values)
        command(**values)

    shown = [one for parameter in taken.values() for one in _expanded(parameter)]
    call.__doc__ = _flowing(inspect.getdoc(command) or "")
    call.__annotations__ = {one.name: one.annotation for one in shown}
    call.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    return call


def names_of(group: type[OptionGroup]) -> Iterator[str]:
    """The options of a group, and of groups in it, by their names in Python."""
    types = get_type_hints(group)
    for field in dataclasses.fields(group):  # type: ignore[arg-type]
        if _is_group(types[field.name]):
            yield from names_of(types[field.name])
        else:
            yield field.name


def _flowing(text: str) -> str:
    """Each paragraph on one line, for Typer keeps line breaks and a terminal may be narrower."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _is_group(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, OptionGroup)


def _taken(group: Any, values: dict[str, Any]) -> Any:  # noqa: ANN401
    """The group with its fields, and those of groups in it, out of ``values``."""
    types = get_type_hints(group)
    return group(
        **{
            field.name: _taken(types[field.name], values)
            if _is_group(types[field.name])
            else values.pop(field.name)
            for field in dataclasses.fields(group)
        }
    )


def _expanded(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    group = parameter.annotation
    if not _is_group(group):
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    types = get_type_hints(group, include_extras=True)
    for field in dataclasses.fields(group):
        if _is_group(types[field.name]):
            yield from _expanded(parameter.replace(annotation=types[field.name]))
            continue
        missing = field.default is dataclasses.MISSING
        default = inspect.Parameter.empty if missing else field.default
        yield inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=default,
            annotation=_under(group.PANEL, types[field.name]),
        )


def _under(panel: str, annotation: Any) -> Any:  # noqa: ANN401
    """The annotated type with its option under the heading ``panel``; arguments as they are."""
    if get_origin(annotation) is not Annotated:
        return annotation
    type_, info = get_args(annotation)
    if not isinstance(info, OptionInfo):
        return annotation
    info = copy(info)
    info.rich_help_panel = panel
    return Annotated[type_, info]
