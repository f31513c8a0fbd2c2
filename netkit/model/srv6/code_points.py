"""Endpoint behaviors as the numbers of IANA's registry (RFC 8986 §10.2, RFC 9800 §12)."""

from __future__ import annotations

from netkit.model.router_state import EndpointBehavior, Flavor

_Known = tuple[EndpointBehavior, frozenset[Flavor]]

_FLAVORS = (
    (), (Flavor.PSP,), (Flavor.USP,), (Flavor.PSP, Flavor.USP),
    (Flavor.USD,), (Flavor.PSP, Flavor.USD), (Flavor.USP, Flavor.USD),
    (Flavor.PSP, Flavor.USP, Flavor.USD),
)  # fmt: skip
"""In the order in which the registry numbers them."""

_NEXT = frozenset({Flavor.NEXT_CSID})


def _table() -> dict[int, _Known]:
    end, end_x = EndpointBehavior.END, EndpointBehavior.END_X
    found: dict[int, _Known] = {
        18: (EndpointBehavior.END_DT6, frozenset()),
        20: (EndpointBehavior.END_DT46, frozenset()),
        62: (EndpointBehavior.END_DT6, _NEXT),
        64: (EndpointBehavior.END_DT46, _NEXT),
    }
    for behavior, without_usd, with_usd, next_csid in ((end, 1, 28, 43), (end_x, 5, 32, 52)):
        for place, own in enumerate(_FLAVORS):
            flavors = frozenset(own)
            classic = without_usd + place if Flavor.USD not in flavors else with_usd + place - 4
            found[classic] = (behavior, flavors)
            found[next_csid + place] = (behavior, flavors | _NEXT)
    return found


_BY_NUMBER = _table()
_NUMBERS = {known: number for number, known in _BY_NUMBER.items()}


def code_point(behavior: EndpointBehavior, flavors: frozenset[Flavor]) -> int | None:
    """The number of a behavior with its flavors; None where the registry has none.

    >>> code_point(EndpointBehavior.END, frozenset({Flavor.PSP, Flavor.USD}))
    29
    >>> code_point(EndpointBehavior.END_X, frozenset({Flavor.NEXT_CSID}))
    52
    """
    return _NUMBERS.get((behavior, flavors))


def behavior_of(number: int) -> tuple[EndpointBehavior, frozenset[Flavor]] | None:
    """The behavior and the flavors of a number; None where netkit has no name for it."""
    return _BY_NUMBER.get(number)
