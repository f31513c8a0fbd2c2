"""What netkit has announced at each BGP speaker, for which router: on disk before it is announced.

A name is on record from before it is announced until after it was withdrawn, so that a crash leaves
nothing of netkit's that it does not know for its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from netkit.errors import InputError
from netkit.store.file_lock import alone
from netkit.store.text_files import write_text
from netkit.wire.bgp_sr_policy.values import Nlri

SCHEMA = "netkit/announced/1"


class Records:
    """The record of one speaker, in a folder of the state folder."""

    def __init__(self, folder: Path, server: str) -> None:
        self._server = server
        self._path = folder / f"bgp-{server.replace(':', '_').replace('/', '_')}.json"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other pushes to this speaker out; ends with its process. Raises ApplyError if one is
        at work."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with alone(self._path.with_suffix(".lock"), f"another netkit push to {self._server}"):
            yield

    def of(self, router: str) -> frozenset[Nlri]:
        """What was announced for a router. Raises InputError where the file is not a record."""
        return frozenset(_nlri(one) for one in self._routers().get(router, ()))

    def put(self, router: str, names: Iterable[Nlri]) -> None:
        """What is announced for a router from now on."""
        routers = dict(self._routers())
        routers[router] = [name_to_json(one) for one in sorted(names)]
        kept = {name: own for name, own in sorted(routers.items()) if own}
        document = {"schema": SCHEMA, "server": self._server, "routers": kept}
        write_text(self._path, json.dumps(document, indent=1) + "\n")

    def _routers(self) -> Mapping[str, list[dict[str, Any]]]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (ValueError, RecursionError):
            document = None
        if not _is_record(document):
            raise InputError.single(
                "not a record of what netkit announced", file=str(self._path), expected=SCHEMA,
                remedy="Without it netkit does not know its own policies there from others'",
            )  # fmt: skip
        routers: Mapping[str, list[dict[str, Any]]] = document["routers"]
        return routers


def _is_record(document: object) -> bool:
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        return False
    try:
        for own in document["routers"].values():
            for one in own:
                _nlri(one)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return True


def name_to_json(name: Nlri) -> dict[str, Any]:
    """A candidate path by its name in BGP."""
    endpoint = str(name.endpoint)
    return {"distinguisher": name.distinguisher, "color": name.color, "endpoint": endpoint}


def _nlri(own: Mapping[str, Any]) -> Nlri:
    return Nlri(own["distinguisher"], own["color"], ip_address(own["endpoint"]))
