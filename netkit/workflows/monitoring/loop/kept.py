"""What a loop that applies has come to, in a file: whoever starts it again goes on from there.

The file is written before a change is made on routers and once it is over, each time whole and on
the disk. So whenever the process ends, it says which plan is to be in force from then on, and which
others routers may be left with::

    {plan: in force}
       │  a change is to be made
    {plan: in force, others: the change}           killed: routers are put back
       │  confirmed                                │  not confirmed
    {plan: the change, others: the one before}  {plan: in force, others: the change}
       │  committed: killed, the rest follows      │  put back
    {plan: the change}                          {plan: in force}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from netkit.errors import InputError, shown
from netkit.files.native.topology import topology_content
from netkit.model.planning.plan import Plan
from netkit.monitor.loop.advertising import Announced
from netkit.monitor.loop.overlay import with_announced
from netkit.monitor.loop.state import LoopState, PairLists
from netkit.store.audit_head import replace_on_disk
from netkit.store.file_lock import alone
from netkit.store.round_lock import file_name
from netkit.workflows.monitoring.loop.kept_plan import (
    plan_from_plain,
    plan_to_plain,
    segments_from_plain,
    segments_to_plain,
)
from netkit.workflows.routers.audit import digest, plan_digest

SCHEMA = "netkit/watch-state/1"

_Plain = Any
_NONE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What Python raises for values that are not what they are read as."""


@dataclass(frozen=True)
class Kept:
    """``state``, whose plan is to be in force once this process is gone, and the ``others`` that
    routers may hold instead."""

    state: LoopState
    others: tuple[Plan, ...] = ()


@dataclass(frozen=True)
class KeptFile:
    """The file of a campaign's loop in ``folder``, which began from ``begun``."""

    folder: Path
    campaign: str
    begun: LoopState

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.folder / f"{file_name(self.campaign)}.json"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other loops of the campaign out meanwhile; raises ApplyError where one is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = self.path.with_suffix(".lock")
        with alone(lock, f"another netkit watch of {self.campaign}"):
            yield

    def write(self, kept: Kept) -> None:
        """Put it in the place of what was kept before; on the disk when this returns. Raises
        OSError."""
        replace_on_disk(self.path, _signed(self._plain(kept)))

    def read(self) -> Kept | None:
        """What was kept; None where nothing was.

        Raises InputError where it cannot be read, or is of another plan or topology.
        """
        try:
            text = self.path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            found = json.loads(text)
            whole = _signed({key: one for key, one in found.items() if key != "sha256"}) == text
            if not whole:
                raise ValueError("it is cut short, or was changed")
            if found["schema"] != SCHEMA:
                raise ValueError(f"it is of another release, {shown(str(found['schema']))}")
            if found["begun"] != self._origin:
                raise self._useless("is of another plan or topology")
            return self._kept(found)
        except _NONE as error:
            raise self._useless(f"cannot be read: {error}") from error

    def _useless(self, why: str) -> InputError:
        return InputError.single(f"what the loop kept {why}", file=str(self.path))

    @cached_property
    def _origin(self) -> dict[str, str]:
        """What the loop began from: of another network nothing holds that was kept."""
        content = json.dumps(topology_content(self.begun.topology), sort_keys=True)
        return {"plan": plan_digest(self.begun.plan), "topology": digest(content)}

    def _plain(self, kept: Kept) -> dict[str, _Plain]:
        state, begun = kept.state, self.begun.plan
        return {
            "schema": SCHEMA,
            "campaign": self.campaign,
            "begun": self._origin,
            "in_force": plan_to_plain(state.plan, begun),
            "others": [plan_to_plain(one, begun) for one in kept.others],
            "announced": [
                {"link": link, "from": end, "delay_us": one.delay_us, "at_ns": one.at_ns}
                for (link, end), one in sorted(state.announced.items())
                if one.at_ns is not None
            ],
            "changed_ns": state.changed_ns,
            "refuted": [_refuted(one) for one in sorted(state.refuted, key=repr)],
        }

    def _kept(self, found: Mapping[str, _Plain]) -> Kept:
        begun = self.begun
        announced = {
            (one["link"], one["from"]): Announced(one["delay_us"], one["at_ns"])
            for one in found["announced"]
        }
        state = replace(
            begun,
            plan=plan_from_plain(found["in_force"], begun.plan),
            topology=with_announced(begun.topology, announced),
            announced={**begun.announced, **announced},
            changed_ns=found["changed_ns"],
            refuted=frozenset(map(_read_refuted, found["refuted"])),
            due=True,
        )
        return Kept(state, tuple(plan_from_plain(one, begun.plan) for one in found["others"]))


def _refuted(one: PairLists) -> dict[str, _Plain]:
    (src, dst), lists = one
    return {"src": src, "dst": dst, "lists": [segments_to_plain(some) for some in lists]}


def _read_refuted(found: Mapping[str, _Plain]) -> PairLists:
    ends = found["src"], found["dst"]
    return ends, tuple(segments_from_plain(one) for one in found["lists"])


def _signed(plain: Mapping[str, _Plain]) -> bytes:
    """The document with a digest of the rest of it, to the byte what is written."""
    body = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return (json.dumps({**plain, "sha256": digest(body)}, ensure_ascii=False) + "\n").encode()
