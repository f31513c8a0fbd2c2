"""Trying out what the kernel can do, in a namespace that is gone when the trial is over.

A kernel may lack netem, and ``tc`` may report success without any delay: only a frame that really
arrives late is a proof.
"""

from __future__ import annotations

import ctypes
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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
    delay_ns = in_scratch_namespace(_on_pairs(partial(_frame_delay_ns, "trial1"), 1))
    if isinstance(delay_ns, str):
        return Trial(False, delay_ns)
    return Trial(True, f"stamped frames arrive after {ns_to_ms(delay_ns):.3f} ms")


def try_netem() -> Trial:
    """Whether what comes in can be sent on, and a netem delay of 20 ms makes it arrive late."""
    delay_ns = in_scratch_namespace(_on_pairs(_netem_delay_ns, 2))
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


_NETEM_BATCH = (
    f"qdisc add dev trial2 root netem delay {TRIAL_DELAY_MS}ms 0.000us rate 1000gbit\n"
    "qdisc add dev trial1 clsact\n"
    "filter add dev trial1 ingress pref 3 protocol all matchall action police rate 1gbit "
    "burst 2mb mtu 9234b overhead 14 conform-exceed drop/continue\n"
    "filter add dev trial1 ingress pref 4 protocol all matchall "
    "action mirred egress redirect dev trial2\n"
    "filter add dev trial1 ingress pref 2 protocol all flower dst_mac 02:00:00:00:00:02 "
    "action drop\n"
)
"""All that the backend of that name asks of a kernel."""


def _netem_delay_ns() -> int:
    complaint = run_batch((TC, "-batch", "-"), _NETEM_BATCH)
    if complaint is not None:
        raise OSError(complaint)
    return _frame_delay_ns("trial3")


def _frame_delay_ns(last: str) -> int:
    """How long a frame takes from ``trial0`` to ``last``, from send call to arrival stamp.

    Sent again and again under a number: a pair drops what comes before the kernel has noticed
    that both of its ends are up.
    """
    sent_ns: dict[int, int] = {}
    with (
        open_packet_socket() as arrivals,
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sender,
    ):
        arrivals.bind((last, 0))
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


def _on_pairs(trial: Callable[[], int], pairs: int) -> Callable[[], int]:
    """The trial with veth pairs ``trial0`` and ``trial1``, ``trial2`` and ``trial3``, … made before
    it."""

    def body() -> int:
        with IPRoute() as netlink:
            for first in range(0, 2 * pairs, 2):
                ends = f"trial{first}", f"trial{first + 1}"
                netlink.link("add", kind="veth", ifname=ends[0], peer=ends[1])
                for name in ends:
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
