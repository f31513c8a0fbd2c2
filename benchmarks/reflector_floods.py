"""Honest probes beside attacks on a live reflector: how many are answered?

``python -m benchmarks.reflector_floods`` runs this alone, as root: in two namespaces, 60 s for each
attack. 92 kB a second of made-up sessions; addresses of one /64 and of many; junk where a key is
asked for, from the honest sender's own address.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.flood_source import ROTATING
from benchmarks.veth import LEFT_ADDRESS, RIGHT_ADDRESS, Pair, veth_pair

SECONDS = int(os.environ.get("NETKIT_FLOOD_SECONDS", "60"))
RATES = {"table": 1000, "one network": 4000, "networks": 4000, "junk": 4000}
"""Datagrams a second of each attack; 1000 of 92 bytes are 92 kB."""

_PORT = 8621
_PROBES_A_SECOND = 20
_NETKIT = ("-c", "from netkit.cli.main import main; main()", "probe")


def run() -> list[dict[str, Any]]:
    """A row for each attack; without root only a word that there are none."""
    if os.geteuid() != 0:
        return [{"what": "floods", "skipped": "makes network namespaces; needs root"}]
    with veth_pair() as pair, tempfile.TemporaryDirectory() as folder:
        _route(pair)
        key = Path(folder) / "stamp.key"
        key.touch(0o600)
        key.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        return [_flood(pair, kind, key if kind == "junk" else None) for kind in RATES]


def _route(pair: Pair) -> None:
    """The attacker has all of a /48."""
    for end, words in (
        (pair.left, ("local", f"{ROTATING}::/48", "dev", "lo")),
        (pair.right, (f"{ROTATING}::/48", "via", LEFT_ADDRESS)),
    ):
        subprocess.run(["ip", "-n", end, "-6", "route", "add", *words], check=True)


def _flood(pair: Pair, kind: str, key: Path | None) -> dict[str, Any]:
    keyed = () if key is None else ("--key-file", str(key))
    words = ("reflect", "--port", str(_PORT), "--rate", "200", *keyed)
    reflector = pair.start(pair.right, sys.executable, *_NETKIT, *words, quiet=True)
    _until_answered(pair, keyed)
    attacker = pair.python(
        pair.left, "benchmarks.flood_source", kind, RIGHT_ADDRESS, str(_PORT), str(SECONDS),
        str(RATES[kind]),
    )  # fmt: skip
    count = int(_PROBES_A_SECOND * (SECONDS - 1))
    honest = _send(pair, count, 1000 // _PROBES_A_SECOND, *keyed)
    attack = json.loads(attacker.communicate()[0])
    reflector.send_signal(signal.SIGTERM)
    counters = reflector.communicate(timeout=30)[0].split("\n")
    return {
        "what": f"60 s of {kind}" if SECONDS == 60 else f"{SECONDS} s of {kind}",
        "honest_sent": count,
        "honest_answered": honest,
        "share": round(honest / count, 4),
        "attack_sent": attack["sent"],
        "attack_answered": attack["received"],
        "counters": ", ".join(line for line in counters if line),
    }


def _send(pair: Pair, count: int, interval_ms: int, *options: str) -> int:
    """How many of so many probes are answered."""
    words = ("send", RIGHT_ADDRESS, "--port", str(_PORT), "--count", str(count), "--json")
    sender = pair.start(
        pair.left, sys.executable, *_NETKIT, *words, "--interval", f"{interval_ms}ms", *options,
        quiet=True,
    )  # fmt: skip
    return int(json.loads(sender.communicate()[0])["outcomes"]["received"])


def _until_answered(pair: Pair, keyed: tuple[str, ...]) -> None:
    for _ in range(60):
        if _send(pair, 1, 10, *keyed):
            return
    raise AssertionError("the reflector does not answer")


if __name__ == "__main__":
    for row in run():
        print(row)
