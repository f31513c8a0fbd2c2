"""Grey failures: what is asked of the lines of a lab, and what can then be promised of a pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from netkit.errors import InputError, LabError, Problem
from netkit.lab.blueprint import Blueprint
from netkit.lab.delay.choice import BackendName
from netkit.lab.delay.in_kernel.line import require_held
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.drills.expected import LOST, Expectation, primary_of
from netkit.lab.drills.strike import Struck
from netkit.model.drills.scenario import Ailment, DrillPhase, Event
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.survival import Carrier
from netkit.model.srv6.segment_list import CandidatePath
from netkit.model.units import us_to_ns
from netkit.planner.network.igp import Igp
from netkit.planner.proof.replay import Replay
from netkit.planner.protection.phases import Carried
from netkit.planner.protection.repaired import judged

WELL = Ailment()


def line_shape(
    blueprint: Blueprint, key: tuple[str, str], ailment: Ailment, share: float
) -> LineShape:
    """What a line does that has so much of an ailment, beside what the file states of it."""
    cable = blueprint.cable[key[0]]
    own_us = cable.delay_ab_us if cable.a.node == key[1] else cable.delay_ba_us
    return LineShape(
        us_to_ns(own_us) + round(share * us_to_ns(ailment.delay_us)),
        round(share * us_to_ns(ailment.jitter_us)),
        cable.capacity_bps,
        loss=share * ailment.loss, loss_run=ailment.loss_run if share else None,
        duplicate=share * ailment.duplicate,
    )  # fmt: skip


def require_able(
    blueprint: Blueprint,
    backend: BackendName,
    events: Iterable[Event],
    struck: Iterable[Struck],
    file: str,
) -> None:
    """Before anything is booted: can this backend do what the events ask of it?

    Raises:
        InputError: what it cannot, each with its line and the reason.
    """
    problems = [
        Problem(file, event.line, f"the backend {backend} cannot do this", None, None, reason)
        for event, one in zip(events, struck, strict=True)
        for reason in _reasons(blueprint, backend, one)
    ]
    if problems:
        raise InputError(dict.fromkeys(problems))


def _reasons(blueprint: Blueprint, backend: BackendName, struck: Struck) -> Iterator[str]:
    for key in sorted(struck.ailing):
        shape = line_shape(blueprint, key, struck.ailment or WELL, 1.0)
        try:
            _check(backend, key[0], shape)
        except LabError as error:
            yield str(error)


def _check(backend: BackendName, link: str, shape: LineShape) -> None:
    if backend is BackendName.HTB:
        require_held(shape, link)


def ailing_igp(igp: Igp, struck: Struck) -> Igp:
    """The same routes over links that take longer: no IGP notices a grey failure."""
    if struck.ailment is None:
        return igp
    network = igp.network
    more_us = struck.ailment.delay_us + struck.ailment.jitter_us
    for key in sorted(struck.ailing & network.arc_index.keys()):
        arc = network.arc_index[key]
        network = network.with_delay(key, network.arcs[arc].delay_us + more_us)
    flex = tuple(
        replace(plane, network=replace(
            plane.network, arcs=network.arcs, delay_us=network.delay_us
        ))
        for plane in igp.flex
    )  # fmt: skip
    return replace(igp, network=network, flex=flex)


def ailing_expectation(igp: Igp, pair: PairPlan, struck: Struck) -> Expectation:
    """Of a pair with a primary; ``igp`` is that of :func:`ailing_igp`. Headends that notice it by
    their own probes take a backup that does not cross it."""
    whole = primary_of(pair)
    if whole.links.isdisjoint(struck.ailing):
        return Expectation(False, dict.fromkeys(DrillPhase, whole))
    degraded = _carried(igp, pair, pair.primary, Carrier.PRIMARY, struck)
    backup = degraded
    if pair.backup is not None and struck.ailing.isdisjoint(pair.backup.certificate.links):
        backup = _carried(igp, pair, pair.backup, Carrier.BACKUP, struck)
    loses = struck.ailment is not None and struck.ailment.loss > 0
    lossy = struck.ailing if loses else frozenset[tuple[str, str]]()
    phases = {DrillPhase.BEFORE: whole, DrillPhase.RESTORED: whole, DrillPhase.DEGRADED: degraded}
    return Expectation(True, {**phases, DrillPhase.BACKUP: backup}, lossy)


def _carried(
    igp: Igp, pair: PairPlan, path: CandidatePath | None, carrier: Carrier, struck: Struck
) -> Carried:
    """A list on the old tables over the ailing links; nothing where one of them loses all."""
    if path is None:
        return LOST
    certificate = path.certificate
    dead = struck.ailment is not None and struck.ailment.loss >= 1
    if dead and not struck.ailing.isdisjoint(certificate.links):
        return LOST
    replay = Replay(igp, pair.demand.src, path.segments, pair.demand.dst)
    worst_us = replay.certificate.guaranteed_us
    return Carried(
        judged(pair, worst_us, path.most_sids, carrier), frozenset(replay.certificate.links)
    )
