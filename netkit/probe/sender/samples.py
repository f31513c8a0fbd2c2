"""From what went out and what came back to samples: the rules, without the session around them."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.probe.sender.exchanges import Exchange, FollowUps
from netkit.probe.sender.loss_direction import attribute_losses

# Looking up a member of an enumeration costs more than all else of a stamp.
_KERNEL = StampSource.KERNEL


def build_samples(
    decided: Sequence[Exchange],
    exchanges: Sequence[Exchange],
    follow_ups: FollowUps,
    *,
    timeout_ns: int,
) -> tuple[Sample, ...]:
    """One sample for each of ``decided``; ``exchanges`` also has the closing probe and open ones.

    A probe is late if T4 - T1 is over the timeout, by the stamps and not by when they were read;
    and as if this host's clock had not been set in between.
    """
    # Also those that are in no sample may have got a number that is missing.
    unanswered = {exchange.sequence for exchange in exchanges if exchange.open}
    replies = {
        exchange.sequence: [answer.sequence for answer in exchange.answers]
        for exchange in exchanges
        if exchange.answers
    }
    lost = attribute_losses(unanswered, replies, stateful=follow_ups.stateful)
    return tuple(
        _answered(exchange, follow_ups, timeout_ns)
        if exchange.answers
        else _unanswered(exchange, lost)
        for exchange in decided
    )


def _unanswered(exchange: Exchange, lost: dict[int, Outcome]) -> Sample:
    send_error_ns = exchange.sent_ns - exchange.scheduled_ns
    if exchange.not_sent:
        return Sample(
            exchange.sequence,
            Outcome.NOT_SENT,
            send_error_ns=send_error_ns,
            clock_set_ns=exchange.set_ns,
        )
    outcome = Outcome.REFUSED if exchange.refused else lost[exchange.sequence]
    return Sample(
        exchange.sequence,
        outcome,
        t1=_t1(exchange),
        t1_userspace_ns=exchange.t1.time_ns,
        send_error_ns=send_error_ns,
        clock_set_ns=exchange.set_ns,
        spans_step=exchange.stepped_ns is not None,
    )


def _answered(exchange: Exchange, follow_ups: FollowUps, timeout_ns: int) -> Sample:
    first, *repeats = exchange.answers
    t1 = _t1(exchange)
    # The reflector stamped the arrival once: it was its answer that the network copied.
    backward = sum(_time_ns(other.t2) == _time_ns(first.t2) for other in repeats)
    outcome = Outcome.DUPLICATE if repeats else Outcome.RECEIVED
    if _away_ns(exchange, first.t4.time_ns - t1.time_ns) > timeout_ns:
        outcome = Outcome.LATE
    return Sample(
        exchange.sequence,
        outcome,
        t1=t1,
        t2=first.t2,
        t3=follow_ups.t3(exchange.sequence, first),
        t4=first.t4,
        reflector_sequence=first.sequence,
        reply_ttl=first.hop_limit,
        forward_ttl=first.forward_ttl,
        t1_userspace_ns=exchange.t1.time_ns,
        t3_userspace_ns=_time_ns(first.t3),
        send_error_ns=exchange.sent_ns - exchange.scheduled_ns,
        forward_duplicates=len(repeats) - backward,
        backward_duplicates=backward,
        clock_set_ns=exchange.set_ns,
        spans_step=exchange.stepped_ns is not None,
    )


def _away_ns(exchange: Exchange, stamped_ns: int) -> int:
    """How long the probe was away at least; T4 - T1 of a clock that was set says it in one of two
    ways, by whether the step was before T4 or after.
    """
    if exchange.stepped_ns is None:
        return stamped_ns
    possible = (stamped_ns, stamped_ns - exchange.stepped_ns)
    return min((away_ns for away_ns in possible if away_ns >= 0), default=0)


def _time_ns(stamp: Stamp | None) -> int | None:
    return None if stamp is None else stamp.time_ns


def _t1(exchange: Exchange) -> Stamp:
    if exchange.kernel_t1_ns is None:
        return exchange.t1
    return Stamp(exchange.kernel_t1_ns, _KERNEL)
