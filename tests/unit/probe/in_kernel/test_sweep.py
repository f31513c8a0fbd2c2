"""Who has to make room in the kernel's table, and what a bucket costs."""

import numpy as np
import pytest

from netkit.model.units import NS_PER_S
from netkit.probe.in_kernel.layout import SESSION, SESSION_KEY
from netkit.probe.in_kernel.rules import Rules, bucket
from netkit.probe.in_kernel.sweep import are_over, holders_of
from netkit.probe.reflector.sessions import CROWDED_NS, REFWAIT_NS, RESTED_NS, STANDING_NS

NOW = 10_000 * NS_PER_S
MASK = Rules(862).mask


def keys(*addresses: bytes) -> np.ndarray:
    made = np.zeros(len(addresses), SESSION_KEY)
    for at, address in enumerate(addresses):
        made[at]["address"] = np.frombuffer(address.ljust(16, b"\0"), np.uint8)
        made[at]["family"] = 4 if len(address) == 4 else 6
        made[at]["port"] = 1024 + at
    return made


def sessions(*idle_ns: int, lasted_ns: int = 0) -> np.ndarray:
    made = np.zeros(len(idle_ns), SESSION)
    made["heard_ns"] = NOW - np.array(idle_ns)
    made["begun_ns"] = made["heard_ns"] - lasted_ns
    return made


def test_only_silence_of_refwait_ends_a_session_where_there_is_room() -> None:
    holders = holders_of(keys(b"\x0a\0\0\1", b"\x0a\0\0\2"), MASK)
    over = are_over(sessions(REFWAIT_NS, REFWAIT_NS + 1), holders, 4096, NOW)
    assert over.tolist() == [False, True]


def test_in_a_full_table_what_has_hardly_begun_and_is_silent_makes_room() -> None:
    holders = holders_of(keys(b"\x0a\0\0\1", b"\x0a\0\1\1"), MASK)
    assert are_over(sessions(CROWDED_NS, CROWDED_NS + 1), holders, 2, NOW).tolist() == [False, True]
    standing = sessions(CROWDED_NS + 1, CROWDED_NS + 1, lasted_ns=STANDING_NS)
    assert not are_over(standing, holders, 2, NOW).any()


def test_a_source_with_its_full_share_loses_its_own_silent_sessions_alone() -> None:
    many = [b"\x0a\0\0\1"] * 64
    holders = holders_of(keys(*many, b"\x0a\0\1\1"), MASK)
    idle = [CROWDED_NS + 1] * 65
    assert are_over(sessions(*idle), holders, 1024, NOW).tolist() == [True] * 64 + [False]
    rested = sessions(*[RESTED_NS] * 65, lasted_ns=STANDING_NS)
    assert not are_over(rested, holders, 1024, NOW).any()


def test_holders_are_the_address_and_its_24_or_64_bits() -> None:
    one, two, six = holders_of(
        keys(bytes([10, 1, 2, 3]), bytes([10, 1, 2, 4]), bytes(range(16))), MASK
    )
    assert one.source != two.source
    assert one.network == two.network == bytes([10, 1, 2, 0, 0, 0, 0, 0, 4, *bytes(7)])
    assert six.network == bytes([*range(8), 6, *bytes(7)])


@pytest.mark.parametrize(
    ("rate", "cost_ns", "depth_ns"),
    [
        (None, 0, 0),
        (5000, 200_000, NS_PER_S),
        (1, NS_PER_S, NS_PER_S),
        (0.5, 2 * NS_PER_S, 2 * NS_PER_S),
        (3, 333_333_334, 1_000_000_002),
        (5e9, 1, 5 * NS_PER_S),
    ],
)
def test_a_bucket_holds_a_second_of_its_rate_and_at_least_one_request(
    rate: float | None, cost_ns: int, depth_ns: int
) -> None:
    assert bucket(rate) == (cost_ns, depth_ns)
