"""What ``netkit push`` changed, as lines: ``+`` and ``~`` announced, ``-`` withdrawn."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.apply.push.bgp.transaction import Pushed
from netkit.apply.push.netconf.transaction import PushedConfig
from netkit.language.words import counted, say
from netkit.wire.bgp_sr_policy.values import Nlri


def pushed_lines(pushed: Pushed, *, dry_run: bool) -> Iterator[str]:
    """A line a candidate path, and one of how it ended."""
    plan = pushed.plan
    for one in plan.announce:
        sign = "~" if one.nlri in plan.before else "+"
        lists = counted(len(one.path.lists), "list")
        yield f"{sign} {_name(one.nlri)} preference {one.path.preference}: {lists}"
    for name in plan.withdraw:
        yield f"- {_name(name)}"
    held = say("{paths} of {router}", paths=counted(pushed.held, "candidate path"),
               router=pushed.router)  # fmt: skip
    changes = counted(len(plan.announce) + len(plan.withdraw), "change")
    if plan.empty:
        yield say("{paths}: there already", paths=held)
    elif dry_run:
        yield say("{changes} to {router}; none was made", changes=changes, router=pushed.router)
    else:
        yield say("{paths}: there, read back; {changes}", paths=held, changes=changes)


def _name(name: Nlri) -> str:
    return f"color {name.color} endpoint {name.endpoint} distinguisher {name.distinguisher}"


def pushed_config_lines(pushed: PushedConfig, *, dry_run: bool) -> Iterator[str]:
    """A line a change and a thing that the router keeps, and one of how it ended."""
    yield from (f"+ {one}" for one in pushed.changes)
    yield from (
        "  " + say("{what}: not of this configuration; kept", what=one) for one in pushed.besides
    )
    changes = counted(len(pushed.changes), "change")
    if not pushed.changes:
        yield say("{router} holds it already", router=pushed.router)
    elif dry_run:
        yield say("{changes} to {router}; none was made", changes=changes, router=pushed.router)
    else:
        yield say("{router} holds it: read back, confirmed; {changes}", router=pushed.router,
                  changes=changes)  # fmt: skip
