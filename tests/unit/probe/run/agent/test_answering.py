"""The reflector of an agent goes on where other sockets cannot be had, now or at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from ipaddress import IPv6Network

import pytest
from reflector_process import free_port

from netkit.errors import PrivilegeError, ProbeError
from netkit.model.measurement.campaign import Site
from netkit.model.measurement.clock import ClockReport
from netkit.probe.run.agent import answering as module
from netkit.probe.run.agent.answering import Answering
from netkit.probe.run.agent.plan import AgentPlan

CLOCK = ClockReport(())
KEY = bytes(range(32))


def plan(port: int, key: bytes | None = None) -> AgentPlan:
    return AgentPlan(Site("a", ("::1",), port=port), (), hmac_key=key)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def answering(port: int) -> Iterator[Answering]:
    with closing(Answering(plan(port), CLOCK)) as made:
        yield made


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refused(*_: object) -> None:
        raise error

    monkeypatch.setattr(module, "open_reflectors", refused)


def test_another_key_takes_other_sockets_at_the_same_port(answering, port):
    before = answering.servers
    assert answering.take(plan(port, KEY), CLOCK) == ([], None)
    assert answering.servers
    assert answering.servers is not before


def test_a_port_that_could_not_be_had_again_is_not_given_away(answering, port, monkeypatch):
    """As one under 1024 of an agent that is root no more."""
    before = answering.servers
    refuse(monkeypatch, PrivilegeError("port 862 needs root"))
    _, trouble = answering.take(plan(port, KEY), CLOCK)
    assert trouble.endswith("and stays: port 862 needs root")
    assert answering.servers is before
    assert all(one.socket.fileno() >= 0 for one in before)
    assert answering.follow(CLOCK) is None


def test_a_port_that_is_taken_meanwhile_is_had_again_once_it_can_be(answering, port, monkeypatch):
    refuse(monkeypatch, ProbeError("somebody has it"))
    _, trouble = answering.take(plan(port, KEY), CLOCK)
    assert trouble == "nobody is answered until its port can be had again: somebody has it"
    assert answering.servers == ()
    assert answering.follow(CLOCK) == ([], trouble)
    assert answering.follow(CLOCK) == ([], None)  # it is told once
    monkeypatch.undo()
    assert answering.follow(CLOCK) == ([], None)
    assert answering.servers


def test_the_key_of_the_plan_is_taken_once_its_port_can_be_had(answering, port, monkeypatch):
    refuse(monkeypatch, ProbeError("somebody has it"))
    answering.take(plan(port, KEY), CLOCK)
    monkeypatch.undo()
    answering.follow(CLOCK)
    other = answering.servers
    assert answering.take(plan(port, KEY), CLOCK) == ([], None)
    assert answering.servers is other


def test_limits_of_a_later_plan_hold_in_sockets_that_come_after_it(answering, port, monkeypatch):
    """As of an interface that is made anew."""
    opened, before = [], module.open_reflectors

    def noted(options, *others):
        opened.append(options)
        return before(options, *others)

    monkeypatch.setattr(module, "open_reflectors", noted)
    busy = replace(plan(port), requests_per_s=90_000, returns=(IPv6Network("fc00::/32"),))
    answering.take(busy, CLOCK)
    assert not opened
    answering.close()
    answering.follow(CLOCK)
    (found,) = opened
    assert (found.source_rate, found.policy.returns) == (busy.source_rate, busy.returns)
