"""One forged datagram between a reflector and anything that answers: at most two packets follow."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network
from random import Random

import pytest
from stamp_path import EPOCH_NS, MS, kernel

from netkit.probe.reflector.admission.access import AccessList
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.request import request_tlvs
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat, encode_timestamp

KEY = bytes(range(32))
A, B = "2001:db8::1", "2001:db8:b::1"
End = tuple[str, int]
Answer = Callable[[bytes, End, int], bytes | None]


def reflector(own: End, clock_off_ns: int = 0, **more: object) -> Answer:
    """A reflector on that address and port, whose clock is off by so much."""
    made = Reflector(own_port=own[1], **more)  # type: ignore[arg-type]

    def answer(data: bytes, source: End, now_ns: int) -> bytes | None:
        wall_ns = EPOCH_NS + clock_off_ns + now_ns
        reply = made.reflect(
            data, source, kernel(wall_ns - 9), 64, now_ns=now_ns, wall_ns=wall_ns,
            traffic_class=0, local=own,
        )  # fmt: skip
        return None if reply is None else reply.data

    return answer


def echo(data: bytes, _source: End, _now_ns: int) -> bytes:
    return data


def followed(first: bytes, here: tuple[End, Answer], there: tuple[End, Answer]) -> int:
    """How many packets follow a datagram to ``here`` that names ``there`` as its sender."""
    data: bytes | None = first
    for number in range(1000):
        (_, answer), (source, _) = (here, there) if number % 2 == 0 else (there, here)
        data = answer(data, source, number * MS)
        if data is None:
            return number
    return 1000


def forged(key: bytes | None = None, form: TimestampFormat = TimestampFormat.PTP) -> bytes:
    tlvs = request_tlvs(200 if key else 72, authenticated=key is not None)
    stamp = encode_timestamp(EPOCH_NS, form)
    return SenderPacket(0, stamp, ErrorEstimate(form=form), 5, tlvs).to_bytes(key)


@pytest.mark.parametrize("form", TimestampFormat)
@pytest.mark.parametrize("ports", [(862, 8862), (8862, 862), (9000, 9001), (9000, 9000)])
@pytest.mark.parametrize("options", [{}, {"stateless": True}, {"key": KEY}, {"tlv_key": KEY}])
@pytest.mark.parametrize("off_ns", [0, -(3600 * 10**9)])
def test_two_reflectors(
    form: TimestampFormat, ports: tuple[int, int], options: dict[str, object], off_ns: int
) -> None:
    ends = (A, ports[0]), (B, ports[1])
    here, there = reflector(ends[0], **options), reflector(ends[1], off_ns, **options)
    first = forged(options.get("key"), form)  # type: ignore[arg-type]
    assert followed(first, (ends[0], here), (ends[1], there)) <= 2


def test_two_reflectors_whose_tables_are_full() -> None:
    ends = [(A, 9000), (B, 9001)]
    full = []
    for own in ends:
        made = reflector(own, max_sessions=1)
        assert made(forged(), ("2001:db8:c::1", 9999), 0) is not None
        full.append(made)
    assert followed(forged(), (ends[0], full[0]), (ends[1], full[1])) <= 2


@pytest.mark.parametrize("options", [{}, {"stateless": True}, {"key": KEY}])
@pytest.mark.parametrize("kind", ["plain", "twamp", "bare"])
def test_an_echo_service(options: dict[str, object], kind: str) -> None:
    own, other = (A, 862), (B, 7777)
    first = forged(options.get("key"))  # type: ignore[arg-type]
    if kind != "plain" and "key" not in options:
        first = first[:44] if kind == "bare" else bytes(range(1, 99))
    assert followed(first, (own, reflector(own, **options)), (other, echo)) <= 2


def test_a_reflector_of_another_kind() -> None:
    """RFC 8762 without SSID or TLVs, as it comes: it copies T3 where the sender's timestamp is."""
    own, other = (A, 9000), (B, 9001)

    def plain(data: bytes, _source: End, now_ns: int) -> bytes:
        asked = SenderPacket.parse(data[:44])
        return ReflectorPacket(
            asked.sequence, 1, ErrorEstimate(), 0, 2, asked.sequence, asked.timestamp,
            asked.error_estimate, 64,
        ).to_bytes() + data[44:]  # fmt: skip

    assert followed(forged(), (own, reflector(own)), (other, plain)) == 2


@pytest.mark.parametrize("numbers", ["constant", "random"])
@pytest.mark.parametrize("options", [{}, {"stateless": True}, {"max_sessions": 1}])
def test_a_service_that_answers_anything_is_left_alone_soon(
    numbers: str, options: dict[str, object]
) -> None:
    random = Random(1)

    def banner(_data: bytes, _source: End, _now_ns: int) -> bytes:
        head = b"what" if numbers == "constant" else random.randbytes(4)
        return head + b" do you want? This is a service that knows no such thing."

    own, other = (A, 862), (B, 7777)
    assert followed(forged(), (own, reflector(own, **options)), (other, banner)) <= 40


@pytest.mark.parametrize("port", [0, 7, 53, 862, 1023, 8620])
def test_ports_on_which_services_answer(port: int) -> None:
    """Those under 1024 are open to peers allowed by their own address; reflectors' to nobody."""
    strict = reflector((A, 8620), admission=AccessList([ip_network("2001:db8:b::/48")]))
    named = reflector((A, 8620), admission=AccessList([ip_network(f"{B}/128")]))
    assert strict(forged(), (B, port), 0) is None
    assert (named(forged(), (B, port), 0) is not None) == (port not in (862, 8620))


def test_honest_twamp_senders_are_no_loop() -> None:
    """Any padding, losses, copies, overtaking, a second run from the same port."""
    random, own = Random(2), reflector((A, 862))
    numbers = [n for n in range(2000) if n % 7] + [5, 5, *range(100)]
    for step in range(0, len(numbers) - 1, 9):
        numbers[step], numbers[step + 1] = numbers[step + 1], numbers[step]
    for place, number in enumerate(numbers):
        data = number.to_bytes(4, "big") + random.randbytes(60)
        assert own(data, (B, 40000), place * MS) is not None
