"""From configurations to routers elsewhere that have them, and the record of it.

What will be done stands in the audit trail before it is done, and how it ended after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path

from netkit.apply.push.bgp import transaction
from netkit.apply.push.bgp.announcements import announcements
from netkit.apply.push.bgp.records import Records, name_to_json
from netkit.apply.push.bgp.transaction import Pushed, Speaker
from netkit.errors import ApplyError, InputError, did_you_mean
from netkit.model.router_state import RouterState
from netkit.store.made_from import made_from
from netkit.workflows.routers.audit import digest
from netkit.workflows.routers.diff import read_side
from netkit.workflows.routers.story import Story

PATH_NAMES = False
"""GoBGP reads the name of a path three bytes too long, into what follows, and would send that on
(``pkg/packet/bgp/sr_policy.go``, the same in v3.10.0 and v3.36.0)."""

_PUSHED = "push"


def state_of(path: Path, router: str | None, target: str | None = None) -> RouterState:
    """What a folder or a file of configurations asks of one router.

    Where it holds one router only, it need not be named. Raises InputError.
    """
    side = read_side(path, target, router if path.is_file() else None)
    if side is None:
        raise InputError.single(
            "no configurations", file=str(path),
            expected="a folder that netkit emit wrote, or a file of it",
        )  # fmt: skip
    known = sorted(side.states)
    name = known[0] if router is None and len(known) == 1 else router
    if name is None or name not in side.states:
        raise InputError.single(
            "which router this is" if name is None else "no such router", value=name,
            expected=f"one of {len(known)} in {path}", field="router",
            remedy=None if name is None else did_you_mean(name, known),
        )  # fmt: skip
    return side.states[name]


def configuration_of(path: Path, router: str) -> Mapping[str, object]:
    """What the audit trail is told of the files of a router in ``path``, a folder or one of them:
    their digest, and what they were made from."""
    own = [path] if path.is_file() else sorted(one for one in path.iterdir() if one.stem == router)
    return {"configuration": digest(b"".join(one.read_bytes() for one in own)), **made_from(own)}


def gobgp(server: str) -> AbstractContextManager[Speaker]:
    """The GoBGP whose gRPC is at ``HOST:PORT``. Raises ApplyError where grpcio is not installed."""
    try:
        from netkit.apply.push.bgp.gobgp import connected
    except ModuleNotFoundError as error:
        raise ApplyError(
            f"Python has no {error.name}. Run: pip install 'netkit-srv6[push]'"
        ) from None
    return connected(server)


def push_bgp(
    speaker: Speaker,
    wanted: RouterState,
    headend: IPv4Address,
    server: str,
    state: Path,
    *,
    configuration: Mapping[str, object] | None = None,
    dry_run: bool = False,
) -> Pushed:
    """Announce the policies of a router whose BGP Identifier is ``headend``, and withdraw what
    netkit announced for it before and is no longer wanted.

    ``state`` is the folder of records and of the audit trail, which is told the ``configuration``
    as :func:`configuration_of` has it.

    Raises:
        InputError: what has no form in BGP, or is in the place of what is not netkit's.
        ApplyError: everything is as it was before, unless the message says otherwise.
        InForceError, InForceInterrupt: what stands already, a fault or Ctrl-C came after.
    """
    found = announcements(wanted, headend, path_names=PATH_NAMES)
    records = Records(state / _PUSHED, server)
    with nullcontext() if dry_run else records.alone():
        own = records.of(wanted.router)
        plan = transaction.planned(found, speaker.table(), own)
        if not plan.empty and not dry_run:
            told = {"router": wanted.router, "bgp": server, "headend": str(headend)}
            facts = {**told, **(configuration or {})}
            announced = own | {one.nlri for one in plan.announce}
            story = Story(state, "push", facts)
            records.put(wanted.router, announced)
            with story.told():
                begin = partial(story.begin, _changed(plan))
                transaction.push(speaker, plan, begin, story.stands)
                records.put(wanted.router, announced & {one.nlri for one in found})
    return Pushed(wanted.router, plan, len(found))


def _changed(own: transaction.Plan) -> Iterator[Mapping[str, object]]:
    yield from ({"announce": name_to_json(one.nlri)} for one in own.announce)
    yield from ({"withdraw": name_to_json(one)} for one in own.withdraw)
