"""What ``netkit push`` changed, as lines: ``+`` and ``~`` announced, ``-`` withdrawn."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.apply.push.bgp.transaction import Pushed
from netkit.apply.push.netconf.transaction import PushedConfig
from netkit.errors import counted
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
    held = f"{counted(pushed.held, 'candidate path')} of {pushed.router}"
    changes = counted(len(plan.announce) + len(plan.withdraw), "change")
    if plan.empty:
        yield f"{held}: there already"
    elif dry_run:
        yield f"{changes} for {pushed.router}; none was made"
    else:
        yield f"{held}: there, read back; {changes}"


def _name(name: Nlri) -> str:
    return f"color {name.color} endpoint {name.endpoint} distinguisher {name.distinguisher}"


def pushed_config_lines(pushed: PushedConfig, *, dry_run: bool) -> Iterator[str]:
    """A line a change and a thing that the router keeps, and one of how it ended."""
    yield from (f"+ {one}" for one in pushed.changes)
    yield from (f"  {one}: not of this configuration; kept" for one in pushed.besides)
    changes = counted(len(pushed.changes), "change")
    if not pushed.changes:
        yield f"{pushed.router} holds it already"
    elif dry_run:
        yield f"{changes} to {pushed.router}; none was made"
    else:
        yield f"{pushed.router} holds it: read back, confirmed; {changes}"
