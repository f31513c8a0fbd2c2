"""The target ``ietf``: one file of NETCONF a router; the models have no command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netkit.emit.common.comments import comments
from netkit.emit.common.hints import refuse_others
from netkit.emit.common.reading import Notes
from netkit.emit.common.xml import read_xml, xml_text
from netkit.emit.dialect import Carried, Parsed
from netkit.emit.ietf import limits
from netkit.emit.ietf.parse import state_of
from netkit.emit.ietf.project import carried
from netkit.emit.ietf.render import trees
from netkit.emit.ietf.words import PREFIXES
from netkit.emit.limits import Exceeded
from netkit.model.router_state import RouterState

SUFFIX = ".xml"

_WHAT = "SRv6, SR policies and STAMP of netkit in the models of the IETF, for edit-config"


@dataclass(frozen=True, slots=True)
class IetfDialect:
    """The models of the IETF; see :class:`netkit.emit.dialect.Dialect`."""

    name: str = "ietf"
    suffixes: tuple[str, ...] = (SUFFIX,)
    whole: bool = True

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """What of ``state`` is out of the ranges of the models."""
        return limits.exceeded(state, version)

    def carried(self, state: RouterState) -> Carried:
        """What of ``state`` the models can say."""
        return carried(state)

    def render(self, carried: Carried) -> Mapping[str, str]:
        """The file: a ``<config>`` that merges."""
        return {SUFFIX: xml_text(trees(carried.state), comments(carried, _WHAT), PREFIXES)}

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """A file of netkit, or what get-config answers.

        Raises:
            InputError: of another platform, no XML, or what the parser says.
        """
        text, file = files[SUFFIX], f"{router}{SUFFIX}"
        refuse_others(text, file, "ietf")
        return state_of(read_xml(text, file), Notes(file), router)


DIALECT = IetfDialect()
