"""The target ``sonic``: one file of CONFIG_DB tables a router."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netkit.emit.dialect import Carried, Parsed
from netkit.emit.limits import Exceeded
from netkit.emit.sonic import limits
from netkit.emit.sonic.parse import parse
from netkit.emit.sonic.project import carried
from netkit.emit.sonic.render import render
from netkit.model.router_state import RouterState

SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class SonicDialect:
    """SONiC; see :class:`netkit.emit.dialect.Dialect`."""

    name: str = "sonic"
    suffixes: tuple[str, ...] = (SUFFIX,)
    whole: bool = True

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """What of ``state`` SONiC does not take, in any version."""
        return limits.exceeded(state, version)

    def carried(self, state: RouterState) -> Carried:
        """What of ``state`` CONFIG_DB can say."""
        return carried(state)

    def render(self, carried: Carried) -> Mapping[str, str]:
        """The file, for ``config load``; in JSON nothing is said of what is left out."""
        return {SUFFIX: render(carried.state)}

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """A file of netkit, or a whole ``config_db.json``.

        Raises:
            InputError: as the parser says.
        """
        return parse(files[SUFFIX], f"{router}{SUFFIX}", router)


DIALECT = SonicDialect()
