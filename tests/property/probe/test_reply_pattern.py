"""A request like the one before it gets what it would get if nothing before were remembered."""

from __future__ import annotations

from ipaddress import ip_network

from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.reflector.admission.access import AccessList
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.sender.request import request_tlvs
from netkit.wire.location import Location
from netkit.wire.return_path import ReturnPath
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat
from netkit.wire.tlv import Tlv, TlvType
from netkit.wire.tlv_values import ClassOfService, DirectMeasurement

S = 10**9
EPOCH_NS = 1_700_000_000 * S
ORDINARY = request_tlvs(72)
FOLLOW_UP = ORDINARY[1]
COUNTING = (*ORDINARY, Tlv(TlvType.DIRECT_MEASUREMENT, DirectMeasurement(7).to_value()))
TLVS = (
    ORDINARY,
    ORDINARY,
    request_tlvs(100),
    (),
    (FOLLOW_UP, FOLLOW_UP),
    (Tlv(TlvType.FOLLOW_UP_TELEMETRY, bytes(3)), FOLLOW_UP),
    (FOLLOW_UP, Tlv(200, b"what", length=9)),
    (Tlv(TlvType.CLASS_OF_SERVICE, bytes(3)), FOLLOW_UP),
    COUNTING,
    (*ORDINARY, Tlv(TlvType.LOCATION, Location.asking().to_value())),
    (Tlv(TlvType.CLASS_OF_SERVICE, ClassOfService(46).to_value()), FOLLOW_UP),
    (Tlv(TlvType.RETURN_PATH, ReturnPath(control_code=1).to_value()), FOLLOW_UP),
    (Tlv(TlvType.RETURN_PATH, ReturnPath(control_code=0).to_value()),),
    (Tlv(TlvType.HMAC, bytes(16)),),
)
ESTIMATES = (ErrorEstimate(), ErrorEstimate(True, TimestampFormat.NTP, 3, 9))
WHAT = st.tuples(
    st.sampled_from(TLVS),
    st.sampled_from(ESTIMATES),
    st.integers(0, 2),
    st.sampled_from((b"", b"", b"", b"?")),
)
AROUND = st.tuples(
    st.sampled_from((("2001:db8::1", 4000), ("2001:db8::2", 4000), ("2001:db9::1", 862))),
    st.sampled_from((StampSource.KERNEL, StampSource.USERSPACE)),
    st.sampled_from((255, 254, None)),
    st.sampled_from((0, 46 << 2, None)),
    st.sampled_from((("2001:db8::9", 862), None)),
)
USUAL = (("2001:db8::1", 4000), StampSource.KERNEL, 255, 0, ("2001:db8::9", 862))
WHEN = st.tuples(
    st.one_of(
        st.just(USUAL),
        AROUND,
        st.sampled_from((254, None)).map(lambda n: (*USUAL[:2], n, *USUAL[3:])),
    ),
    st.sampled_from((S // 100, S // 100, S, 1000 * S)),
    st.sampled_from((True, True, False)),
    st.sampled_from((0, 0, 0, 1)),
)


@settings(max_examples=examples(200, one_in=3))
@given(
    st.lists(st.tuples(WHAT, st.lists(WHEN, min_size=1, max_size=5)), max_size=12),
    st.booleans(),
    st.sampled_from((None, None, 2.0)),
)
@example([((COUNTING, ESTIMATES[0], 1, b""), [(USUAL, S, True, 0)] * 2)], False, None)
def test_replies_are_those_of_a_reflector_that_makes_each_anew(
    series: list[tuple[tuple, list[tuple]]], stateless: bool, rate: float | None
) -> None:
    ends = [
        Reflector(
            max_sessions=2,
            stateless=stateless,
            admission=AccessList([ip_network("2001:db8::/31")], source_rate=rate),
            policy=ReflectorPolicy(micro_session_id=3),
        )
        for _ in range(2)
    ]
    quick, slow = ends
    now_ns = 0
    requests = [(*what, *when) for what, times in series for when in times]
    for number, (tlvs, estimate, ssid, tail, around, gap_ns, told, ours) in enumerate(requests):
        source, by, hops, traffic_class, local = around
        now_ns += gap_ns
        wall_ns = EPOCH_NS + now_ns
        data = SenderPacket(number, wall_ns - 99, estimate, ssid, tlvs, tail).to_bytes()
        for session in slow._sessions._sessions.values():
            session.pattern = None
        replies = []
        for end in ends:
            end.error_estimate = ESTIMATES[ours]
            replies.append(
                end.reflect(
                    data, source, Stamp(wall_ns - 50, by), hops,
                    now_ns=now_ns, wall_ns=wall_ns, traffic_class=traffic_class, local=local,
                )
            )  # fmt: skip
        assert replies[0] == replies[1]
        for end, reply in zip(ends, replies, strict=True):
            if told and reply is not None:
                end.transmitted(reply.key, reply.sequence, wall_ns + 20)
    assert quick.counters == slow.counters


def test_an_ordinary_session_is_answered_by_its_pattern() -> None:
    reflector = Reflector()
    data = SenderPacket(0, 0, ErrorEstimate(), 5, ORDINARY).to_bytes()
    patterns = []
    for number in range(3):
        stamp = Stamp(EPOCH_NS, StampSource.KERNEL)
        reply = reflector.reflect(
            data, ("2001:db8::1", 4000), stamp, 255, now_ns=number, wall_ns=EPOCH_NS
        )
        assert reply is not None
        session = reflector._sessions.get(reply.key)
        assert session is not None
        patterns.append(session.pattern)
    assert patterns[0] is not None
    assert patterns[0] is patterns[1] is patterns[2]
