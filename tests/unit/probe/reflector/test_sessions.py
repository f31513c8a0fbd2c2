"""Who has a place in the table, who keeps it, and where a session begins anew."""

from __future__ import annotations

import pytest

from netkit.probe.reflector.sessions import (
    CROWDED_NS,
    PAUSE_NS,
    REFWAIT_NS,
    RESTED_NS,
    STANDING_NS,
    SessionTable,
)

S = 10**9
HONEST = ("2001:db8:aaaa::1", 40000, 1)


def flood(table: SessionTable, sources: int, keys: int, now_ns: int, prefix: str = "c") -> int:
    """How many of so many made-up sessions get a place."""
    return sum(
        table.heard((f"2001:db8:{prefix}:{source:x}::1", 1024 + n % 60000, n), now_ns) is not None
        for source in range(sources)
        for n in range(keys)
    )


def test_seven_addresses_do_not_fill_the_table() -> None:
    table = SessionTable(4096)
    quiet = table.heard(HONEST, 0)
    assert flood(table, 7, 1000, S) == 7 * 256
    for n in range(11):
        assert table.heard((f"2001:db8:bbbb:{n}::1", 5, 5), S) is not None
    assert table.heard(HONEST, 60 * S) is quiet


def test_a_network_has_a_quarter_of_it() -> None:
    table = SessionTable(4096)
    inside = [(f"2001:db8::{n:x}", 5, 5) for n in range(2000)]
    assert sum(table.heard(key, 0) is not None for key in inside) == 1024
    ipv4 = [(f"192.0.2.{n % 250}", 5, n) for n in range(2000)]
    assert sum(table.heard(key, 0) is not None for key in ipv4) == 1024


def test_a_source_over_its_share_replaces_its_own_silent_ones() -> None:
    table = SessionTable(4096)
    keys = [("192.0.2.1", 1024 + n, 1) for n in range(257)]
    for key in keys[:256]:
        table.heard(key, 0)
    assert table.heard(keys[256], CROWDED_NS) is None
    assert table.heard(keys[256], CROWDED_NS + 1) is not None
    assert sum(table.get(key) is not None for key in keys) == 256


def test_standing_sessions_of_a_source_give_way_to_its_own_after_a_rest() -> None:
    table = SessionTable(4096)
    keys = [("192.0.2.1", 1024 + n, 1) for n in range(257)]
    for now_ns in (0, STANDING_NS):
        for key in keys[:256]:
            table.heard(key, now_ns)
    assert table.heard(keys[256], STANDING_NS + RESTED_NS) is None
    assert table.heard(keys[256], STANDING_NS + RESTED_NS + 1) is not None


def test_long_standing_sessions_keep_their_places_in_a_full_table() -> None:
    """However many sources there are; until REFWAIT is over."""
    table = SessionTable(512)
    old = table.heard(HONEST, 0)
    assert table.heard(HONEST, STANDING_NS) is old
    young = ("2001:db8:eeee::1", 40000, 1)
    table.heard(young, STANDING_NS)
    for second in range(0, 800, 20):
        flood(table, 64, 16, STANDING_NS + second * S, f"{second:x}")
    assert len(table._sessions) == 512
    assert table.get(young) is None
    assert table.heard(HONEST, STANDING_NS + REFWAIT_NS) is old
    assert table.heard(HONEST, STANDING_NS + 2 * REFWAIT_NS + 1) is not old


def test_what_is_forgotten_leaves_nothing_behind() -> None:
    table = SessionTable(512)
    for second in range(0, 4000, 11):
        flood(table, 40, 2, second * S, f"{second:x}")
    flood(table, 1, 1, 10_000 * S)
    left = (table._sessions, table._new, table._of_source._held, table._of_network._held)
    assert [len(one) for one in left] == [1, 1, 1, 1]
    assert not table._standing


@pytest.mark.parametrize(
    ("latest", "sequence", "pause_ns", "anew"),
    [
        (3, 0, PAUSE_NS + 1, True),
        (3, 0, PAUSE_NS, False),  # late, or overtaken
        (0, 0, PAUSE_NS + 1, False),  # a copy of the one that began it
        (3, 1, PAUSE_NS + 1, False),
        (3, None, PAUSE_NS + 1, False),
    ],
)
def test_number_0_after_a_pause_begins_a_session(
    latest: int, sequence: int | None, pause_ns: int, anew: bool
) -> None:
    table = SessionTable(4)
    first = table.heard(HONEST, 0, latest)
    assert first is not None
    first.answered(3)
    again = table.heard(HONEST, pause_ns, sequence)
    assert again is not None
    assert (again is not first) == anew
    assert again.next_sequence == (0 if anew else 3)


def test_a_table_of_another_size_keeps_who_is_there() -> None:
    table = SessionTable(4096)
    assert flood(table, 2, 300, 0) == 2 * 256
    table.resize(1600)
    assert table.get(("2001:db8:c:0::1", 1024, 0)) is not None
    assert table.heard(("2001:db8:c:0::1", 1, 5), S) is None
    assert flood(table, 1, 1, S, "d") == 1
    table.resize(8192)
    assert table.heard(("2001:db8:c:0::1", 1, 5), S) is not None
