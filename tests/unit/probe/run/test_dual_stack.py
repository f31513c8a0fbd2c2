"""A name with IPv6 and IPv4 addresses is probed at one where somebody answers."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from command import netkit
from reflector_process import free_port, reflecting

from netkit.errors import ExitCode
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.run.dual_stack import one_of_each_kind

SIX, FOUR = "::1", "127.0.0.1"
HOST = "two-kinds.example"


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """HOST has both, IPv6 first, and a second IPv6 one."""
    literal = socket.getaddrinfo

    def both(host, port, family=0, *more, **named):
        if host != HOST:
            return literal(host, port, family, *more, **named)
        found = [one for word in (SIX, "::2", FOUR) for one in literal(word, port, 0, *more)]
        return [one for one in found if family in (0, one[0])]

    monkeypatch.setattr(socket, "getaddrinfo", both)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def on_ipv4(port: int) -> Iterator[int]:
    with reflecting("--bind", FOUR, "--port", str(port)):
        yield port


def test_one_of_each_kind_in_their_order(port: int) -> None:
    assert [one[0] for one in one_of_each_kind(HOST, port)] == [SIX, FOUR]
    assert [one[0] for one in one_of_each_kind(HOST, port, socket.AF_INET)] == [FOUR]


def send(port: int, *options: str):
    return netkit(
        "probe", "send", HOST, "--port", str(port), "-c", "3", "-i", "1ms", "--timeout", "60000ms",
        *options,
    )  # fmt: skip


def test_ipv4_is_taken_where_ipv6_refuses(on_ipv4: int) -> None:
    done = send(on_ipv4)
    assert done.returncode == ExitCode.OK, done.stdout
    assert f"{HOST} ({FOUR}): 3 of 3 received" in done.stdout
    assert f"Not probed, as it did not answer: {SIX}, which comes first." in done.stdout
    document = json.loads(send(on_ipv4, "--json").stdout)
    assert (document["address"], document["passed_over"]) == (FOUR, SIX)
    assert document["counts"]["sent"] == 3


def test_ipv4_is_taken_where_ipv6_is_silent(on_ipv4: int) -> None:
    silent = open_stamp_socket(SIX, on_ipv4)  # takes what comes, and answers nothing
    try:
        document = json.loads(send(on_ipv4, "--json").stdout)
    finally:
        silent.close()
    assert (document["address"], document["counts"]["received"]) == (FOUR, 3)


def test_a_stream_falls_back_too(on_ipv4: int) -> None:
    done = send(on_ipv4, "-i", "0.5ms", "--json")
    assert json.loads(done.stdout)["address"] == FOUR


def test_who_asks_for_ipv6_gets_no_other(on_ipv4: int) -> None:
    done = send(on_ipv4, "-6", "--timeout", "50ms")
    assert done.returncode == ExitCode.UNKNOWN
    assert (FOUR in done.stdout, "3 x refused" in done.stdout) == (False, True)


def test_where_nobody_answers_the_first_is_probed_and_both_are_named(port: int) -> None:
    done = send(port, "--timeout", "50ms")
    assert done.returncode == ExitCode.UNKNOWN
    assert f"{HOST} ({SIX}): 0 of 3 received" in done.stdout
    assert f"A probe to its other address, {FOUR}, had no answer either." in done.stdout
