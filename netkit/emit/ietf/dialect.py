"""The target ``ietf``: a router's data as XML for NETCONF and as JSON for RESTCONF; the models have
no command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netkit.emit.common.both import of_files
from netkit.emit.common.comments import comments
from netkit.emit.common.hints import refuse_others
from netkit.emit.common.reading import Notes
from netkit.emit.common.xml import read_xml, xml_text
from netkit.emit.dialect import Carried, Parsed
from netkit.emit.ietf import limits
from netkit.emit.ietf.parse import state_of
from netkit.emit.ietf.project import carried
from netkit.emit.ietf.render import trees
from netkit.emit.ietf.words import PREFIXES, SCHEMA
from netkit.emit.ietf.yang_json import json_text, read_json
from netkit.emit.limits import Exceeded
from netkit.model.router_state import RouterState

XML, JSON = ".xml", ".json"

_WHAT = "SRv6, SR policies and STAMP of netkit in the models of the IETF, for edit-config"


@dataclass(frozen=True, slots=True)
class IetfDialect:
    """The models of the IETF; see :class:`netkit.emit.dialect.Dialect`."""

    name: str = "ietf"
    suffixes: tuple[str, ...] = (XML, JSON)
    whole: bool = True

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """What of ``state`` is out of the ranges of the models."""
        return limits.exceeded(state, version)

    def carried(self, state: RouterState) -> Carried:
        """What of ``state`` the models can say."""
        return carried(state)

    def render(self, carried: Carried) -> Mapping[str, str]:
        """A ``<config>`` that merges, and the same data as RFC 7951 has it, without comments."""
        top = trees(carried.state)
        return {
            XML: xml_text(top, comments(carried, _WHAT), PREFIXES),
            JSON: json_text(top, SCHEMA),
        }

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """A file of netkit, or what get-config answers; two of them say the same.

        Raises:
            InputError: of another platform, no XML or JSON, what the parser says, or two files
                that differ.
        """
        return of_files(files, {XML: _read_xml, JSON: _read_json}, router)


def _read_xml(text: str, file: str, router: str) -> Parsed:
    refuse_others(text, file, "ietf")
    return state_of(read_xml(text, file), Notes(file), router)


def _read_json(text: str, file: str, router: str) -> Parsed:
    refuse_others(text, file, "ietf")
    return state_of(read_json(text, file, SCHEMA.modules), Notes(file), router)


DIALECT = IetfDialect()
