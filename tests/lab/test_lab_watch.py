"""The loop closed with real packets: a link of the lab has crept over its share; that is measured,
its pairs are replanned, the routers changed under traffic, and the pairs seen inside their tier."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import pytest
from goldens import ROOT
from lab_topologies import needs_root
from lossless_flow import Flow, opened
from measured_windows import BEGIN_NS, MINUTE_NS, direction, window

from netkit.api import load_topology, plan
from netkit.lab.lab import Lab
from netkit.lab.measure import measure
from netkit.model.measurement.sample import Sample
from netkit.model.measurement.window import Window
from netkit.model.verdict import Verdict, judge, worst
from netkit.monitor.loop.actions import Confirmed, LinksAnnounced, PairsInDanger, PlanChange
from netkit.monitor.loop.observed import SurveyedPaths
from netkit.monitor.loop.state import Limits, Loop, begun
from netkit.planner.reaction.upkeep import Upkeep
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.run.loop import ReflectorPort, run_sessions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.session import SenderSession
from netkit.store.audit_log import entries, verify
from netkit.store.state_folder import audit_path
from netkit.wire.ports import STAMP_PORT
from netkit.workflows.boot import boot_lab
from netkit.workflows.monitoring.loop.watch import Watch
from netkit.workflows.routers.apply import apply, planned

pytestmark = [pytest.mark.lab, needs_root]

THERE, BACK = ("hangzhou", "wuhu-dc"), ("wuhu-dc", "hangzhou")
CABLE, FREE = "old-cable", "lateral"
CREEP_US = 1_000
BOUND_US = 5_000
UNCERTAINTY_US = 20
"""All clocks are one; what is left is the lab's own error."""


def crept(topology):
    links = tuple(
        replace(one, delay_ab_us=one.delay_ab_us + CREEP_US, delay_ba_us=one.delay_ba_us + CREEP_US)
        if one.id == CABLE
        else one
        for one in topology.links
    )
    return replace(topology, links=links)


def owds_us(samples: tuple[Sample, ...]) -> tuple[list[float], list[float]]:
    forward = [one.forward_owd_ns for one in samples]
    backward = [one.backward_owd_ns for one in samples]
    return tuple([one / 1000 for one in way if one is not None] for way in (forward, backward))


def surveyed_links(lab: Lab) -> dict[str, tuple[Sample, ...]]:
    """Real probes over each of the two links, between the routers at its ends."""
    topology, found = lab.topology, {}
    with ExitStack() as stack:
        for name in (CABLE, FREE):
            link = topology.link[name]
            address = {
                end: str(
                    topology.addresses.link_address(
                        topology.subnet[name], topology.node[end].sid_index
                    )
                )
                for end in (link.a, link.b)
            }
            ports = {link.a: 0, link.b: STAMP_PORT}
            socket = {}
            for end, port in ports.items():
                with lab.namespace(end).entered():
                    socket[end] = open_stamp_socket(address[end], port)
                stack.callback(socket[end].close)
            session = SenderSession(SessionConfig(20, 20_000_000, 1_000_000_000))
            target = (address[link.b], STAMP_PORT, 0, 0)
            run = run_sessions(
                [SenderPort(session, socket[link.a], target)],
                [ReflectorPort(Reflector(), socket[link.b])],
            )
            found[name] = run.sessions[0].samples
    return found


class Measured:
    """Windows of what is measured now, a minute after the other."""

    def __init__(self, lab: Lab) -> None:
        self._lab, self.minute = lab, 0

    def now_ns(self) -> int:
        return BEGIN_NS + self.minute * MINUTE_NS

    def windows(self, selection) -> list[Window]:
        topology, found = self._lab.topology, []
        for name, samples in surveyed_links(self._lab).items():
            link = topology.link[name]
            one = window(link.a, link.b, self.minute - 1, flow=name, bound_us=None)
            found.append(self._with(one, samples, None))
        (pair,) = measure(self._lab, [THERE], count=50, interval_ms=10).pairs
        one = window(*THERE, self.minute - 1, bound_us=BOUND_US)
        found.append(self._with(one, pair.session.samples, BOUND_US))
        return found

    def _with(self, one: Window, samples: tuple[Sample, ...], bound_us: int | None) -> Window:
        ways = [
            direction(way, self._verdict(way, bound_us), UNCERTAINTY_US) for way in owds_us(samples)
        ]
        verdict = worst(way.verdict for way in ways)
        return replace(one, forward=ways[0], backward=ways[1], verdict=verdict)

    def _verdict(self, way: list[float], bound_us: int | None) -> Verdict:
        """By the median: this machine stalls others' processes for longer than a link lasts."""
        if bound_us is None:
            return Verdict.UNKNOWN
        return judge(sorted(way)[len(way) // 2], UNCERTAINTY_US, bound_us)


class LabRouters:
    """The routers of the lab, which have no names of ``ip netns``."""

    def __init__(self, lab: Lab, state) -> None:
        self._lab, self._state = lab, state

    def hold(self, topology, wanted, routers) -> None:
        for name in routers:
            with self._lab.namespace(name).entered():
                apply(planned(ROOT, topology, wanted, name), self._state)

    def keep(self) -> None:
        """What it holds stands already."""


def flow_between(lab: Lab, src: str, dst: str) -> Flow:
    topology = lab.topology
    address = str(topology.addresses.customer_host(topology.node[dst].sid_index))
    with lab.host_namespace(src).entered():
        sender = opened()
    with lab.host_namespace(dst).entered():
        return Flow(sender, opened(address))


def test_a_link_that_crept_over_its_share_is_replanned_applied_and_confirmed_without_loss(tmp_path):
    believed = load_topology(ROOT / "topologies" / "lab-region.yaml")
    answers = plan(believed, [THERE, BACK])
    assert CABLE in answers.pair[THERE].primary.path.links
    with boot_lab(crept(believed), answers, configs={}) as lab:
        routers = LabRouters(lab, tmp_path / "routers")
        routers.hold(believed, answers, [node.name for node in believed.active_nodes])
        measured = Measured(lab)
        ends = {name: (believed.link[name].a, believed.link[name].b) for name in (CABLE, FREE)}
        paths = {
            (a, b, name): SurveyedPaths(((name, a),), ((name, b),)) for name, (a, b) in ends.items()
        }
        loop = Loop(Upkeep(), paths, {(*THERE, "main"): THERE}, limits=Limits(apply=True))
        watch = Watch(
            loop, begun(answers, believed), measured.windows, routers, tmp_path,
            measured.now_ns,
        )  # fmt: skip
        flows = [flow_between(lab, *ends) for ends in (THERE, BACK)]
        told = []
        for measured.minute in range(1, 8):
            told += watch.turn()
            if any(type(one.action) is Confirmed for one in told):
                break
        lost = [flow.lost() for flow in flows]
        sent = [flow.sent for flow in flows]
        (pair,) = measure(lab, [THERE], count=50, interval_ms=10).pairs

    assert [type(one.action) for one in told] == [
        LinksAnnounced, PairsInDanger, PlanChange, Confirmed,
    ]  # fmt: skip
    links, danger, change, _ = (one.action for one in told)
    assert {one.link[0] for one in links.links} == {CABLE}
    for one in links.links:
        assert one.delay_us - one.before_us == pytest.approx(CREEP_US, abs=300)
    assert all(one.broken for one in danger.pairs)
    assert change.after.pair[THERE].primary.path.links == (FREE,)
    assert all(one.failed is None for one in told)
    assert lost == [0, 0]
    assert min(sent) > 1000
    for way in owds_us(pair.session.samples):
        assert sorted(way)[len(way) // 2] < BOUND_US
    outcomes = [(one["action"], one["outcome"]) for one in entries(audit_path(tmp_path))]
    assert outcomes == [
        ("watch", "announced"), ("watch", "in danger"), ("watch", "replanned"),
        ("watch", "applied"), ("watch", "confirmed"),
    ]  # fmt: skip
    assert not verify(audit_path(tmp_path))
