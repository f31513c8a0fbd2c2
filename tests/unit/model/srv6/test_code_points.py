"""Numbers of IANA's registry of SRv6 endpoint behaviors."""

import pytest

from netkit.model.router_state import EndpointBehavior as Behavior
from netkit.model.router_state import Flavor
from netkit.model.srv6.code_points import behavior_of, code_point

PSP, USP, USD, NEXT = Flavor.PSP, Flavor.USP, Flavor.USD, Flavor.NEXT_CSID


@pytest.mark.parametrize(
    ("number", "behavior", "flavors"),
    [
        (1, Behavior.END, ()), (4, Behavior.END, (PSP, USP)), (28, Behavior.END, (USD,)),
        (31, Behavior.END, (PSP, USP, USD)), (5, Behavior.END_X, ()),
        (35, Behavior.END_X, (PSP, USP, USD)), (18, Behavior.END_DT6, ()),
        (20, Behavior.END_DT46, ()), (43, Behavior.END, (NEXT,)),
        (50, Behavior.END, (NEXT, PSP, USP, USD)), (52, Behavior.END_X, (NEXT,)),
        (57, Behavior.END_X, (NEXT, PSP, USD)), (62, Behavior.END_DT6, (NEXT,)),
        (64, Behavior.END_DT46, (NEXT,)),
    ],
)  # fmt: skip
def test_the_numbers_are_those_of_the_registry(number, behavior, flavors):
    assert code_point(behavior, frozenset(flavors)) == number
    assert behavior_of(number) == (behavior, frozenset(flavors))


def test_what_the_registry_has_not_has_no_number():
    assert code_point(Behavior.END_DT6, frozenset({PSP})) is None
    assert behavior_of(9) is None
    assert behavior_of(51) is None
