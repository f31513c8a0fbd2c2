"""What the models take: ranges of their types, which yanglint holds files to."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.emit.ietf.words import format_of
from netkit.emit.limits import Exceeded, Limits
from netkit.emit.limits import exceeded as beyond
from netkit.model.router_state import RouterState

LIMITS = Limits(
    preferences=range(1, 65536),
    colors=range(1, 2**32),
    weights=range(1, 2**32),  # the type is uint32; RFC 9256 §2.11 has no weight of 0
    locator_prefix_bits=range(16, 97),
    function_bits=range(33),  # a function is a uint32
    locator_name_length=59,
    policy_name_length=59,
)

_ALGORITHMS = (0, *range(128, 256))
STAMP_PORTS = (862, *range(1024, 65536))


def exceeded(state: RouterState, _version: str | None) -> tuple[Exceeded, ...]:
    """Everything in ``state`` that the models do not take; netkit knows one revision of each."""
    return (*beyond(state, LIMITS), *_locators(state), *_reflectors(state))


def _locators(state: RouterState) -> Iterator[Exceeded]:
    for one in state.locators:
        where, parts = f"locator {one.name}", one.structure
        if one.algorithm not in _ALGORITHMS:
            yield Exceeded(state.router, where, "algorithm", str(one.algorithm), "0 or 128 to 255")
        if format_of(parts, usid=one.usid) is None:
            bits = (parts.block_bits, parts.node_bits, parts.function_bits, parts.argument_bits)
            value = "/".join(str(one) for one in bits)
            fits = "a block of 16, 32, 48 or 64 bits, node and function of 16, no argument"
            yield Exceeded(state.router, where, "parts of uSIDs", value, fits)


def _reflectors(state: RouterState) -> Iterator[Exceeded]:
    for one in state.reflectors:
        if one.port not in STAMP_PORTS:
            where, fits = f"STAMP reflector {one.address}", "862 or 1024 to 65535"
            yield Exceeded(state.router, where, "port", str(one.port), fits)
