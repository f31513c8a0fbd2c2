"""What SONiC takes, from ``sonic-srv6.yang`` and from the FRR that ``bgpcfgd`` hands it to
(``managers_srv6.py`` of sonic-buildimage 086b03bd70f9)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netkit.emit.limits import Exceeded, Limits
from netkit.emit.limits import exceeded as beyond
from netkit.model.router_state import RouterState

LIMITS = Limits(
    function_bits=range(1, 21),  # FRR takes 20 at most (sonic-mgmt#19545); 0 is its 16
    locator_name_length=255,  # SRV6_LOCNAME_SIZE of FRR, with its NUL
    classic=False,  # bgpcfgd writes `behavior usid`, and knows uN, uA and uDT46
)

_PART_BITS = range(16, 65)
"""``block-len (16-64)`` and ``node-len (16-64)`` of FRR."""

_WORD = re.compile(r"[!-{}~]+")
"""A word of FRR, without the bar that parts the keys of CONFIG_DB."""


def exceeded(state: RouterState, _version: str | None) -> tuple[Exceeded, ...]:
    """Everything in ``state`` that SONiC does not take; no version of it takes more."""
    # Policies are not SONiC's to refuse: they are left out.
    own = RouterState(state.router, locators=state.locators, sids=state.sids)
    return (*beyond(own, LIMITS), *_locators(state))


def _locators(state: RouterState) -> Iterator[Exceeded]:
    most = LIMITS.locator_name_length or 0
    for one in state.locators:
        where, parts = f"locator {ascii(one.name)[1:-1]}", one.structure
        for what, bits in (("block bits", parts.block_bits), ("node bits", parts.node_bits)):
            if bits not in _PART_BITS:
                yield Exceeded(state.router, where, what, str(bits), "16 to 64")
        if not _WORD.fullmatch(one.name) or len(one.name) > most:
            fits = f"1 to {most} printable ASCII characters without blanks and |"
            yield Exceeded(state.router, where, "name", ascii(one.name), fits)
