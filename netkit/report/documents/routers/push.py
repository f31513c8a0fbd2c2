"""What ``netkit push`` changed, or would change, as JSON."""

from __future__ import annotations

from netkit.apply.push.bgp.records import name_to_json
from netkit.apply.push.bgp.transaction import Pushed
from netkit.apply.push.netconf.transaction import PushedConfig
from netkit.report.documents.document import Document

SCHEMA = "netkit/push/1"


def pushed_to_json(pushed: Pushed, *, dry_run: bool) -> Document:
    """The candidate paths that were announced and withdrawn, by their names in BGP."""
    return {
        "schema": SCHEMA,
        "router": pushed.router,
        "dry_run": dry_run,
        "announced": [
            name_to_json(one.nlri) | {"preference": one.path.preference}
            for one in pushed.plan.announce
        ],
        "withdrawn": [name_to_json(one) for one in pushed.plan.withdraw],
        "held": pushed.held,
    }


def pushed_config_to_json(pushed: PushedConfig, *, dry_run: bool) -> Document:
    """What was merged over NETCONF, and what the router has besides."""
    return {
        "schema": "netkit/push-config/1",
        "router": pushed.router,
        "dry_run": dry_run,
        "changes": list(pushed.changes),
        "besides": list(pushed.besides),
    }
