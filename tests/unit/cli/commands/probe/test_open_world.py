"""A reflector process that meets anything: it survives, amplifies nothing, answers no stranger."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from unittest.mock import Mock

import pytest
import typer
from command import invoked
from reflector_process import free_port, reflecting
from waiting import CEILING_S

from netkit.errors import ExitCode, InputError
from netkit.probe.kernel import no_new_privileges
from netkit.probe.run.keys import load_key
from netkit.probe.run.reflecting import reflect
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import ErrorEstimate
from netkit.wire.tlv import Tlv

KEY = "00112233445566778899aabbccddeeff"
PROBE = SenderPacket(1, 2, ErrorEstimate(), 3)


def client(address: str = "127.0.0.1") -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((address, 0))
    return udp


def answer(udp: socket.socket, data: bytes, port: int) -> bytes:
    """The reply, however late; all that was sent before has been looked at by then."""
    udp.sendto(data, ("127.0.0.1", port))
    udp.settimeout(CEILING_S)
    return udp.recv(65536)


@contextmanager
def listening(*options: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A reflector on a free port of 127.0.0.1."""
    port = free_port("127.0.0.1")
    with reflecting("--bind", "127.0.0.1", "--port", str(port), *options) as process:
        yield port, process


def end(process: subprocess.Popen[str]) -> dict[str, int]:
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=300)
    assert process.returncode == ExitCode.OK, errors
    return {line.rpartition(" ")[0]: int(line.rpartition(" ")[2]) for line in output.splitlines()}


def any_request(random: Random) -> bytes:
    """Between noise and a good request: a base packet, TLVs of every type, damage, cuts."""
    tlvs = tuple(
        Tlv(random.randrange(14), random.randbytes(random.choice((0, 4, 12, 16, 20, 36))))
        for _ in range(random.randrange(5))
    )
    packet = bytearray(SenderPacket(random.getrandbits(32), 2, ErrorEstimate(), 3, tlvs).to_bytes())
    for _ in range(random.choice((0, 0, 1, 3))):
        packet[random.randrange(len(packet))] = random.getrandbits(8)
    cut = random.choice((len(packet), len(packet), random.randrange(len(packet) + 1)))
    return bytes(packet[:cut]) if random.random() < 0.9 else random.randbytes(random.randrange(200))


def test_more_sessions_than_any_table_holds_are_refused() -> None:
    """It was a traceback: no table of the kernel has so many places."""
    result = invoked("probe", "reflect", "--max-sessions", str(1 << 32))
    assert result.exit_code != ExitCode.OK
    assert "Invalid value for '--max-sessions'" in result.output


def test_nobody_who_hears_that_others_answer_is_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where what it says goes to a program that is started anew."""

    def answer(_options: object, _ready: object, other: Callable[[str], None]) -> dict[str, int]:
        other("in Python: this host has 2,049 addresses, more than 2,048")
        return {}

    monkeypatch.setattr(no_new_privileges, "renounce_new_privileges", lambda: None)
    monkeypatch.setattr(reflect, "reflect", answer)
    monkeypatch.setattr(typer, "echo", Mock(side_effect=BrokenPipeError))
    result = invoked("probe", "reflect")
    assert result.exception is None
    assert result.exit_code == ExitCode.OK


def test_any_bytes_are_survived_and_never_amplified() -> None:
    random = Random(3)
    sent: list[int] = []
    got: list[int] = []
    with listening() as (port, process):
        with client() as udp:
            for _ in range(3000):
                request = any_request(random)
                sent.append(len(request))
                udp.sendto(request, ("127.0.0.1", port))
                if (reply := soon(udp)) is not None:
                    got.append(len(reply))
            with client("127.0.0.9") as other:
                assert answer(other, PROBE.to_bytes(), port)
            while (reply := soon(udp)) is not None:
                got.append(len(reply))
        counters = end(process)
    assert counters["reflected"] > 1000
    assert counters["too_short"] > 100
    assert len(got) > 1000
    left = Counter(sent)
    left.subtract(got)
    assert min(left.values()) >= 0


def soon(udp: socket.socket) -> bytes | None:
    """A reply if one comes: requests that are refused get none, so the wait is short."""
    udp.settimeout(0.002)
    try:
        return udp.recv(65536)
    except TimeoutError:
        return None


def test_a_stranger_gets_no_answer() -> None:
    data = PROBE.to_bytes()
    with listening("--allow", "127.0.0.1/32") as (port, process):
        with client("127.0.0.9") as stranger, client() as known:
            stranger.sendto(data, ("127.0.0.1", port))
            assert answer(known, data, port)
            assert soon(stranger) is None
        counters = end(process)
    assert counters["reflected"] == 1
    assert counters["not_allowed"] == 1


def test_a_forger_gets_no_answer(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n")
    file.chmod(0o600)
    good = PROBE.to_bytes(bytes.fromhex(KEY))
    with listening("--key-file", str(file)) as (port, process):
        with client() as udp:
            for forged in (PROBE.to_bytes(bytes(16)), PROBE.to_bytes(), good[:-1] + b"?"):
                udp.sendto(forged, ("127.0.0.1", port))
            assert answer(udp, good, port)
            assert soon(udp) is None
        counters = end(process)
    assert counters["reflected"] == 1
    assert counters["not_authentic"] == 2
    assert counters["too_short"] == 1


def test_a_flood_is_answered_at_the_rate_asked_for() -> None:
    data = PROBE.to_bytes()
    with listening("--rate", "5") as (port, process):
        with client("127.0.0.9") as udp, client("127.0.1.9") as other:
            for _ in range(200):
                udp.sendto(data, ("127.0.0.1", port))
            assert answer(other, data, port)  # all before it has been looked at
            answered = 0
            while soon(udp) is not None:
                answered += 1
        counters = end(process)
    assert 1 <= answered <= 40
    assert counters["source_rate"] >= 160


@pytest.mark.skipif(os.geteuid() != 0, reason="gives root away; needs it")
def test_root_is_given_away() -> None:
    with listening() as (_, process):
        threads = statuses(process.pid)
    nobody = pwd.getpwnam("nobody")
    for fields in threads:
        assert set(fields["Uid"].split()) == {str(nobody.pw_uid)}
        assert set(fields["Gid"].split()) == {str(nobody.pw_gid)}
        assert fields["Groups"].strip() == ""
        assert int(fields["CapEff"], 16) == int(fields["CapPrm"], 16) == 0
        assert fields["NoNewPrivs"].strip() == "1"


def statuses(process: int) -> list[dict[str, str]]:
    """What the kernel says of each thread."""
    tasks = [task.read_text() for task in Path(f"/proc/{process}/task").glob("*/status")]
    return [
        dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line) for text in tasks
    ]


def test_nobody_gains_privileges_whoever_started_it(tmp_path: Path) -> None:
    """Not only where root was to be given away."""
    # It may read: a checkout in root's home is closed to others.
    reads = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
    other = ["setpriv", "--reuid", "65534", "--clear-groups", *reads]
    user = other if os.geteuid() == 0 else []
    port = str(free_port("127.0.0.1"))
    with reflecting("--bind", "127.0.0.1", "--port", port, inside=user) as process:
        promised = {fields["NoNewPrivs"].strip() for fields in statuses(process.pid)}
    assert promised == {"1"}


@pytest.mark.parametrize(
    ("mode", "content", "message"),
    [
        (0o640, KEY, "key file that others may use: -rw-r-----; expected -rw-------"),
        (0o604, KEY, "key file that others may use"),
        (0o600, "secret", "is no key; expected one line of hexadecimal digits"),
        (0o600, "", "holds a key of 0 bytes; expected at least 16"),
        (0o600, "ab" * 15, "holds a key of 15 bytes"),
    ],
)
def test_key_files_that_are_refused(tmp_path: Path, mode: int, content: str, message: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(InputError, match=message) as refused:
        load_key(file)
    assert content == "" or content not in str(refused.value)


def test_a_key_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f" {KEY.upper()} \n")
    file.chmod(0o400)
    assert load_key(file) == bytes.fromhex(KEY)
    with pytest.raises(InputError, match="no regular file"):
        load_key(Path("/dev/null"))


def test_a_pipe_is_no_key_file_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo", 0o600)
    (tmp_path / "link").symlink_to("fifo")
    for name in ("fifo", "link"):
        with pytest.raises(InputError, match="no regular file"):
            load_key(tmp_path / name)
