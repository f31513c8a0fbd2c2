"""A live reflector under a million requests, from noise to almost good: alive, silent or in size.

All requests of a batch have one length, so every reply can be checked against its request's. The
pace is that of the reflector: after each batch a good probe from elsewhere is answered first.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from ipaddress import IPv4Address, IPv6Address
from random import Random
from typing import Any

from netkit.wire.return_path import ReturnPath
from netkit.wire.stamp import BASE_BYTES, SenderPacket
from netkit.wire.timestamps import ErrorEstimate
from netkit.wire.tlv import Tlv, TlvType

INPUTS = int(os.environ.get("NETKIT_FUZZ_INPUTS", "1000000"))
_BATCH = 250
_NETKIT = [sys.executable, "-c", "from netkit.cli.main import main; main()", "probe", "reflect"]
_PROBE = SenderPacket(1, 2, ErrorEstimate(), 3).to_bytes()
_PATHS = (
    ReturnPath(control_code=0).to_value(),
    ReturnPath(address=IPv4Address("192.0.2.1")).to_value(),
    ReturnPath(address=IPv4Address("127.0.0.2")).to_value(),
    ReturnPath(segments=(IPv6Address("5f00::1"),)).to_value(),
)
_SIZES = (0, 1, 13, 14, 40, 41, 43, 44, 45, 47, 48, 60, 72, 76, 100, 112, 128, 200, 1400)


def run() -> list[dict[str, Any]]:
    """One row: how many inputs, how they ended, and how fast."""
    random = Random(1)
    with _client("127.0.0.2") as fuzzer, _client("127.0.0.3") as witness:
        port = _free_port()
        process = subprocess.Popen(
            [*_NETKIT, "--bind", "127.0.0.1", "--port", str(port), "--allow", "127.0.0.0/30",
             "--allow-return", "127.0.0.0/8", "--micro-session-id", "7", "--rate", "0"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            _until_answered(witness, port, process)
            fuzzer.setblocking(False)
            begun = time.monotonic()
            replies = sum(
                _batch(random, fuzzer, witness, port, process) for _ in range(-(-INPUTS // _BATCH))
            )
            took_s = time.monotonic() - begun
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=60)
        finally:
            process.kill()
            process.wait()
    refused = {
        name.replace(" ", "_"): int(number)
        for name, number in (line.rsplit(" ", 1) for line in output.splitlines())
    }
    return [
        {
            "what": "live reflector fuzzed",
            "inputs": -(-INPUTS // _BATCH) * _BATCH,
            "crashes": int(process.returncode != 0),
            "replies": replies,
            "replies_longer_than_requests": 0,
            "inputs_per_s": round(INPUTS / took_s),
            **refused,
        }
    ]


def _batch(
    random: Random,
    fuzzer: socket.socket,
    witness: socket.socket,
    port: int,
    process: subprocess.Popen[str],
) -> int:
    """Send one batch and check its replies; returns how many there were."""
    size = random.choice(_SIZES)
    for _ in range(_BATCH):
        fuzzer.sendto(_request(random, size), ("127.0.0.1", port))
    _until_answered(witness, port, process)
    replies = 0
    while True:
        try:
            reply = fuzzer.recv(65536)
        except BlockingIOError:
            return replies
        replies += 1
        if len(reply) != size:
            raise AssertionError(f"{len(reply)} bytes in reply to {size}")


def _request(random: Random, size: int) -> bytes:
    """Noise; or a base packet with TLVs of all types, damaged at up to three bytes."""
    if size < BASE_BYTES or random.random() < 0.1:
        return random.randbytes(size)
    data = bytearray(SenderPacket(random.getrandbits(32), 2, ErrorEstimate(), 3).to_bytes())
    while len(data) < size:
        type_ = random.randrange(14)
        value = random.randbytes(random.choice((0, 4, 4, 8, 12, 16, 16, 24, 36)))
        if type_ == TlvType.RETURN_PATH and random.random() < 0.8:
            value = random.choice(_PATHS)
        data += Tlv(type_, value).to_bytes()
    del data[size:]
    for _ in range(random.choice((0, 1, 3))):
        data[random.randrange(size)] = random.getrandbits(8)
    return bytes(data)


def _until_answered(witness: socket.socket, port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        witness.sendto(_PROBE, ("127.0.0.1", port))
        try:
            witness.recv(2048)
        except (TimeoutError, ConnectionRefusedError):
            if process.poll() is not None:
                raise AssertionError("the reflector has ended") from None
            time.sleep(0.01)
            continue
        return
    raise AssertionError("the reflector does not answer any more")


def _client(address: str) -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    udp.bind((address, 0))
    udp.settimeout(0.5)
    return udp


def _free_port() -> int:
    with _client("127.0.0.1") as udp:
        return int(udp.getsockname()[1])


if __name__ == "__main__":
    for row in run():
        print(row, flush=True)
