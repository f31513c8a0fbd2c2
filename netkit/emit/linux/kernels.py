"""What kernels have of seg6local, by version: the releases that the flavors came with.

From Linux's history: commits 848f3c0d4769 (merged for 6.1), bdf3c0b9c10b (6.3), 7458575a07f1 (6.6).
"""

from __future__ import annotations

from netkit.emit.common.versions import numbers
from netkit.model.router_state import EndpointBehavior, Flavor, LocalSid

SINCE = {
    (EndpointBehavior.END, Flavor.NEXT_CSID): "6.1",
    (EndpointBehavior.END, Flavor.PSP): "6.3",
    (EndpointBehavior.END_X, Flavor.NEXT_CSID): "6.6",
}
"""Linux 6.1 to 6.5 take the words of the last and drop its flavor: a SID of another meaning."""


def too_old(sid: LocalSid, version: str | None) -> str | None:
    """Why a kernel of ``version`` makes no such SID, None where it does. Without a version a kernel
    has all flavors.

    >>> from ipaddress import IPv6Network
    >>> csid = frozenset({Flavor.NEXT_CSID})
    >>> un = LocalSid(IPv6Network("5f00:0:1::/48"), EndpointBehavior.END, csid)
    >>> too_old(un, "5.10"), too_old(un, "6.1"), too_old(un, None)
    ('Linux has End with NEXT-CSID from 6.1 on', None, None)
    """
    if version is None:
        return None
    for flavor in sorted(sid.flavors):
        first = SINCE.get((sid.behavior, flavor))
        if first is not None and numbers(version) < numbers(first):
            return f"Linux has {sid.behavior} with {flavor} from {first} on"
    return None
