"""Small networks of namespaces: nodes, links with static neighbours, and sockets inside them."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_interface
from pathlib import Path

from command import Done, netkit
from reflector_process import kernel_stamps
from tampering_wire import send_whole_checksums
from waiting import until

from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.sockets import StampSocket

_CLONE_NEWNET = 0x4000_0000


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@dataclass
class Net:
    """Namespaces named after their node and this process; all of them go when it is closed."""

    nodes: list[str] = field(default_factory=list)
    links: int = 0

    def name(self, node: str) -> str:
        return f"nk{node}{os.getpid()}"

    def node(self, node: str) -> None:
        """A namespace that forwards and has SRv6 switched on: a new one, or one that was taken."""
        if node not in self.nodes:
            ip("netns", "add", self.name(node))
            self.nodes.append(node)
        self.ip(node, "link", "set", "lo", "up")
        settings = [
            f"net.ipv6.conf.{which}.{setting}=1"
            for which in ("all", "default")
            for setting in ("seg6_enabled", "forwarding")
        ]
        self.inside(node, "sysctl", "-qw", *settings, "net.ipv4.ip_forward=1")

    def take(self, node: str, pid: int) -> None:
        """The namespace that a process is in already."""
        ip("netns", "attach", self.name(node), str(pid))
        self.nodes.append(node)

    def link(self, left: tuple[str, ...], right: tuple[str, ...]) -> None:
        """Two ends, each a node, a device name, and addresses with their prefix lengths."""
        self.links += 1
        macs = [f"02:00:00:00:{self.links:02x}:{end:02x}" for end in (1, 2)]
        ip(
            "link", "add", "name", left[1], "netns", self.name(left[0]), "address", macs[0],
            "type", "veth", "peer", "name", right[1], "netns", self.name(right[0]),
            "address", macs[1],
        )  # fmt: skip
        for (node, device, *own), (_, _, *others), mac in (
            (left, right, macs[1]),
            (right, left, macs[0]),
        ):
            for address in own:
                nodad = ("nodad",) if ":" in address else ()
                self.ip(node, "address", "add", address, "dev", device, *nodad)
            self.ip(node, "link", "set", device, "up")
            self.inside(node, "sysctl", "-qw", f"net.ipv6.conf.{device}.seg6_enabled=1")
            for other in others:
                self.ip(
                    node, "neighbour", "replace", str(ip_interface(other).ip),
                    "lladdr", mac, "dev", device, "nud", "permanent",
                )  # fmt: skip

        for node, device, *_ in (left, right):
            until(lambda node=node, device=device: self._carries(node, device), f"{device} is up")

    def _carries(self, node: str, device: str) -> bool:
        """The kernel has got round to it: before, a link that is up drops what is sent."""
        (link,) = json.loads(self.told(node, "ip", "-j", "link", "show", device))
        return bool(link["operstate"] == "UP")

    def wire(self, left: tuple[str, str, str], right: tuple[str, str, str], middle: str) -> None:
        """Two ends as of :meth:`link`, joined by nothing but what carries frames between the two
        devices of ``middle``, each named after its own name and that of the end."""
        self.node(middle)
        for end in (left, right):
            self.link(end, (middle, f"{middle}-{end[0]}"))
        self.inside(middle, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        for (node, device, _), (there, its, other) in ((left, right), (right, left)):
            mac = self.told(there, "cat", f"/sys/class/net/{its}/address").strip()
            self.ip(
                node, "neighbour", "replace", str(ip_interface(other).ip),
                "lladdr", mac, "dev", device, "nud", "permanent",
            )  # fmt: skip
            with self.entered(node):
                send_whole_checksums(device)

    def end_sid(self, node: str, sid: str) -> None:
        """``sid`` is an End segment of ``node`` (RFC 8986 §4.1)."""
        ip("-n", self.name(node), "link", "add", "sr0", "type", "bridge")
        self.ip(node, "link", "set", "sr0", "up")
        self.ip(
            node, "-6", "route", "add", sid, "encap", "seg6local", "action", "End", "dev", "sr0"
        )

    def ip(self, node: str, *words: str) -> None:
        ip("-n", self.name(node), *words)

    def at(self, node: str) -> tuple[str, ...]:
        """What runs the command behind it inside."""
        return ("ip", "netns", "exec", self.name(node))

    def inside(self, node: str, *words: str) -> None:
        subprocess.run([*self.at(node), *words], check=True)

    def told(self, node: str, *words: str) -> str:
        """What a command inside prints."""
        command = [*self.at(node), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def netkit(self, node: str, *words: str | Path) -> Done:
        """``netkit`` in this process, whose thread is inside meanwhile."""
        with self.entered(node):
            return netkit(*words)

    def nft(self, node: str, rules: str) -> None:
        command = [*self.at(node), "nft", "-f", "-"]
        subprocess.run(command, input=rules, text=True, check=True)

    @contextmanager
    def entered(self, node: str) -> Iterator[None]:
        """The calling thread is in the namespace meanwhile; sockets opened there stay there."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{self.name(node)}", os.O_RDONLY)
        try:
            _setns(there)
            yield
        finally:
            _setns(home)
            os.close(there)
            os.close(home)

    def socket(self, node: str, address: str, port: int = 0) -> StampSocket:
        with self.entered(node):
            return open_stamp_socket(address, port)


@contextmanager
def net() -> Iterator[Net]:
    made = Net()
    try:
        with kernel_stamps():
            yield made
    finally:
        for node in made.nodes:
            ip("netns", "delete", made.name(node))


def _setns(descriptor: int) -> None:
    """os.setns is new in Python 3.12."""
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
