"""Taken by FRR is not in force: what zebra shows and what the kernel has must both say so.

The shapes are those that zebra of 10.3 printed: ``seg6`` is a list of several SIDs, or an object
with a single one.
"""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from frr_running import RUNNING

from netkit.apply.frr.in_force import Shown, in_force
from netkit.apply.frr.statements import read_statements
from netkit.apply.objects import Route, Seg6, Seg6Local
from netkit.emit.frr.grammar import OLDEST

PREFIX = IPv6Network("2001:db8:9::/48")
FAR, BACKUP = (IPv6Address("5f00:0:1:e001::"), IPv6Address("5f00:0:2::")), IPv6Address("5f00:0:5::")
OWN = {one.words.split(" tag")[0]: one for one in read_statements(RUNNING, OLDEST).own}
PRIMARY, SECOND = OWN[f"ipv6 route {PREFIX} sr0"], OWN[f"ipv6 route {PREFIX} fe80::2 sr0"]
SID = OWN["sid 5f00:0:7::/48 locator algo0 behavior uN"]
SID_PREFIX = "5f00:0:7::/48"


def entry(distance: int, seg6, **more):
    return {"distance": distance, "nexthops": [{"interfaceName": "sr0", "seg6": seg6}], **more}


ENTRIES = [
    entry(2, {"segs": str(BACKUP)}),
    entry(1, [str(one) for one in FAR], selected=True, installed=True),
]
SID_ENTRY = {"installed": True, "nexthops": [{"seg6local": {"action": "End"}}]}
SHOWN = Shown(
    {(None, str(PREFIX)): ENTRIES, (None, SID_PREFIX): [SID_ENTRY]},
    {"algo0": "5f00:0:7::/48"},
    (
        Route(PREFIX, 254, 20, "sr0", Seg6(FAR, "encap")),
        Route(IPv6Network(SID_PREFIX), 254, 20, "sr0",
              Seg6Local("End", flavors=frozenset({"next-csid"}), block_bits=32,
                        node_function_bits=16)),
    ),
    IPv6Address("5f00:0:7::1"),
)  # fmt: skip


def with_entries(prefix: str, *entries) -> Shown:
    return replace(SHOWN, zebra={**SHOWN.zebra, (None, prefix): list(entries)})


def with_kernel(place: int, encap) -> Shown:
    kernel = list(SHOWN.kernel)
    kernel[place] = replace(kernel[place], encap=encap)
    return replace(SHOWN, kernel=tuple(kernel))


@pytest.mark.parametrize("one", [PRIMARY, SECOND, SID, OWN["source-address 5f00:0:7::1"]])
def test_what_zebra_and_the_kernel_have_is_in_force(one):
    assert in_force(one, SHOWN)


LOCATOR = next(one for one in read_statements(RUNNING, OLDEST).own if one.body)
REVERSED = [str(one) for one in reversed(FAR)]


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (PRIMARY, with_entries(str(PREFIX))),
        (PRIMARY, with_entries(str(PREFIX), {**ENTRIES[1], "installed": False})),
        (PRIMARY, with_entries(str(PREFIX), entry(1, REVERSED, selected=True, installed=True))),
        (PRIMARY, with_kernel(0, Seg6(FAR[:1], "encap"))),
        (PRIMARY, with_kernel(0, Seg6(FAR[::-1], "encap"))),
        (PRIMARY, with_entries(str(PREFIX), {"distance": 0, "selected": True, "installed": True,
                                             "nexthops": [{}]}, entry(1, list(map(str, FAR))))),
        (SECOND, with_entries(str(PREFIX), ENTRIES[1])),
        (SID, with_entries(SID_PREFIX)),
        (SID, with_kernel(1, Seg6Local("End"))),
        (SID, with_kernel(1, None)),
        (SID, with_kernel(1, Seg6Local("End", flavors=frozenset({"next-csid"}), block_bits=32,
                                       node_function_bits=32))),
        (LOCATOR, replace(SHOWN, locators={})),
        (LOCATOR, replace(SHOWN, locators={"algo0": "5f00:0:8::/48"})),
        (OWN["source-address 5f00:0:7::1"], replace(SHOWN, source=None)),
    ],
)  # fmt: skip
def test_what_one_of_them_has_not_or_otherwise_is_not(one, shown):
    assert not in_force(one, shown)
