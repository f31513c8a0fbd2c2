"""Trying out what the kernel can do, in a namespace that is gone when the trial is over.

A kernel may lack netem, and ``tc`` may report success without any delay: only a frame that really
arrives late is a proof.
"""

from __future__ import annotations

import ctypes
import os
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyroute2 import IPRoute
from pyroute2.netlink.exceptions import NetlinkError

from netkit.lab.kernel.af_packet import open_packet_socket, receive_stamped
from netkit.lab.kernel.netns import run_batch
from netkit.lab.kernel.read_back import not_held
from netkit.model.units import NS_PER_MS, ns_to_ms

TC = "tc"
TRIAL_DELAY_MS = 20
_ENOUGH = 0.75
_PATIENCE_S = 5.0
_TRIES = 50
_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
_FRAME_START = bytes.fromhex("ffffffffffff 020000000001 88b5") + b"netkit trial"
"""An Ethernet broadcast of a type for local experiments (IEEE 802 §9.2.3)."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Whether something works, and what was seen."""

    works: bool
    detail: str


def try_wire() -> Trial:
    """Whether frames can be taken off an interface with the kernel's stamp."""
    delay_ns = in_scratch_namespace(_on_pair(_frame_delay_ns))
    if isinstance(delay_ns, str):
        return Trial(False, delay_ns)
    return Trial(True, f"stamped frames arrive after {ns_to_ms(delay_ns):.3f} ms")


def try_netem() -> Trial:
    """Whether a netem delay of 20 ms makes a frame arrive late."""
    delay_ns = in_scratch_namespace(_on_pair(_netem_delay_ns))
    if isinstance(delay_ns, str):
        return Trial(False, delay_ns)
    works = delay_ns > _ENOUGH * TRIAL_DELAY_MS * NS_PER_MS
    return Trial(works, f"asked for {TRIAL_DELAY_MS} ms, measured {ns_to_ms(delay_ns):.3f} ms")


def try_commands(command: Sequence[str], text: str) -> Trial:
    """Whether a command takes ``text`` in an empty namespace, and the kernel holds it so."""

    def body() -> int:
        complaint = run_batch(command, text)
        complaint = complaint or "; ".join(not_held(text))
        if complaint:
            raise OSError(complaint)
        return 0

    outcome = in_scratch_namespace(body)
    return Trial(False, outcome) if isinstance(outcome, str) else Trial(True, "works")


def try_settings(settings: Mapping[str, str]) -> Trial:
    """Whether kernel settings can be written in a namespace of one's own."""

    def body() -> int:
        for name, value in settings.items():
            try:
                Path("/proc/sys", name).write_text(value)
            except OSError as error:
                raise OSError(f"{name}: {error.strerror}") from error
        return 0

    outcome = in_scratch_namespace(body)
    return Trial(False, outcome) if isinstance(outcome, str) else Trial(True, "works")


def _netem_delay_ns() -> int:
    command = [TC, "qdisc", "add", "dev", "trial0", "root", "netem", "delay"]
    done = subprocess.run(
        [*command, f"{TRIAL_DELAY_MS}ms"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise OSError(done.stderr.strip() or "tc failed")
    return _frame_delay_ns()


def _frame_delay_ns() -> int:
    """How long a frame takes over a veth pair, from send call to arrival stamp.

    Sent again and again under a number: a pair drops what comes before the kernel has noticed
    that both of its ends are up.
    """
    sent_ns: dict[int, int] = {}
    with (
        open_packet_socket() as arrivals,
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sender,
    ):
        for number in range(_TRIES):
            sent_ns[number] = time.time_ns()
            sender.sendto(_FRAME_START + number.to_bytes(4, "big") + bytes(42), ("trial0", 0))
            if select.select([arrivals], [], [], _PATIENCE_S / _TRIES)[0]:
                received = receive_stamped(arrivals)
                if received is not None and received.frame.startswith(_FRAME_START):
                    at = len(_FRAME_START)
                    echoed = int.from_bytes(received.frame[at : at + 4], "big")
                    return received.arrival_ns - sent_ns[echoed]
    raise OSError(f"no frame arrived within {_PATIENCE_S:.0f} s")


def _on_pair(trial: Callable[[], int]) -> Callable[[], int]:
    """The trial with a veth pair ``trial0``, ``trial1`` made before it."""

    def body() -> int:
        with IPRoute() as netlink:
            netlink.link("add", kind="veth", ifname="trial0", peer="trial1")
            for name in ("trial0", "trial1"):
                netlink.link("set", index=netlink.link_lookup(ifname=name)[0], state="up")
        return trial()

    return body


def in_scratch_namespace(trial: Callable[[], int]) -> int | str:
    """Run ``trial`` in a thread with a network namespace of its own, which ends with the thread.

    Returns the trial's figure, or what went wrong, in words.
    """
    outcome: list[int | str] = []

    def body() -> None:
        try:
            if _LIBC.unshare(_CLONE_NEWNET) != 0:
                outcome.append(f"no new namespace: {os.strerror(ctypes.get_errno())}")
            else:
                outcome.append(trial())
        except (OSError, NetlinkError) as error:
            outcome.append(getattr(error, "strerror", None) or str(error))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    return outcome[0]
