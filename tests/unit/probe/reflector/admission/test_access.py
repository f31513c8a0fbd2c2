"""Who is let in: prefixes, rates of each and of all, in bounded memory."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkit.probe.reflector.admission.access import NOT_ALLOWED, SOURCE_RATE, TOTAL_RATE, AccessList

S = 1_000_000_000
HOSTS = ("192.0.2.1", "198.51.100.1", "2001:db8::1")


def test_everybody_without_prefixes_and_rates() -> None:
    assert AccessList().refuses(("2001:db8::1", 40000), 862) == ""
    assert AccessList().charge("2001:db8::1", 1000, 0) == (1000, "")


def test_only_allowed_prefixes() -> None:
    admission = AccessList([ip_network("2001:db8::/32"), ip_network("192.0.2.0/24")])
    for inside in ("2001:db8::1", "2001:db8::1%eth0", "192.0.2.9"):
        assert admission.refuses((inside, 40000), 862) == ""
    for outside in ("2001:db9::1", "192.0.3.1", "::ffff:192.0.2.9"):
        assert admission.refuses((outside, 40000), 862) == NOT_ALLOWED


def test_a_source_that_asks_too_often() -> None:
    admission = AccessList(source_rate=10)
    assert admission.charge("::1", 25, 0) == (10, SOURCE_RATE)
    assert admission.charge("2001:db8::2", 1, 0) == (1, "")
    assert admission.charge("::1", 1, S // 20) == (0, SOURCE_RATE)
    assert admission.charge("::1", 1, S // 10) == (1, "")
    assert admission.charge("::1", 25, 100 * S) == (10, SOURCE_RATE)


@pytest.mark.parametrize(
    ("addresses", "length", "let_in"),
    [
        ([f"2001:db8::{n:x}" for n in range(100)], 24, 10),
        ([f"fe80::{n:x}%eth0" for n in range(100)], 24, 10),
        ([f"192.0.2.{n}" for n in range(100)], 24, 10),
        ([f"192.0.2.{n}" for n in range(100)], 32, 100),
        ([f"192.0.{n}.1" for n in range(100)], 16, 10),
        ([f"2001:db8:0:{n:x}::1" for n in range(100)], 8, 100),
    ],
)
def test_rates_are_of_networks(addresses: list[str], length: int, let_in: int) -> None:
    admission = AccessList(source_rate=10, ipv4_length=length)
    assert sum(admission.charge(address, 1, 0)[0] for address in addresses) == let_in


def test_all_together() -> None:
    admission = AccessList(source_rate=10, total_rate=15)
    assert admission.charge("::1", 10, 0) == (10, "")
    assert admission.charge("2001:db8::2", 10, 0) == (5, TOTAL_RATE)
    # what the total turned away did not cost the source its own tokens
    assert admission.charge("2001:db8::2", 5, S) == (5, "")


def test_less_than_one_a_second() -> None:
    admission = AccessList(source_rate=0.5)
    assert [admission.charge("::1", 1, n * S)[0] for n in range(5)] == [1, 0, 1, 0, 1]


def test_forged_sources_cost_bounded_memory() -> None:
    admission = AccessList(source_rate=1, total_rate=50, max_sources=100)
    let_in = sum(admission.charge(f"2001:db8:{n:x}::1", 1, 0)[0] for n in range(5000))
    assert let_in == 50
    assert len(admission._rates._networks) == 100


@given(
    st.lists(st.tuples(st.sampled_from(HOSTS), st.integers(0, S // 2), st.integers(1, 9))),
    st.integers(1, 20),
    st.integers(1, 30),
)
def test_no_window_lets_in_more_than_rate_and_burst(
    requests: list[tuple[str, int, int]], source_rate: int, total_rate: int
) -> None:
    admission = AccessList(source_rate=source_rate, total_rate=total_rate)
    now_ns, let_in = 0, dict.fromkeys(HOSTS, 0)
    for source, later_ns, count in requests:
        now_ns += later_ns
        number, reason = admission.charge(source, count, now_ns)
        assert 0 <= number <= count
        assert (number < count) == bool(reason)
        let_in[source] += number
    for number in let_in.values():
        assert number <= source_rate * (1 + now_ns / S) + 1e-6
    assert sum(let_in.values()) <= total_rate * (1 + now_ns / S) + 1e-6
