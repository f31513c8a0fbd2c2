"""Can this machine run the lab? Everything is tried, nothing is looked up in a version table."""

from __future__ import annotations

import errno
import importlib.util
import os

from netkit.lab.check.requirements import (
    Need,
    capability_need,
    command_needs,
    node_need,
    pty_need,
    root_need,
)
from netkit.lab.delay.choice import TRIALS
from netkit.lab.delay.trials import Trial, try_commands, try_settings
from netkit.lab.kernel.router_setup import ROUTER_SYSCTLS
from netkit.lab.plant import IP_BATCH, NFT

USID_ADJACENCIES = "seg6 End.X NEXT-CSID"

KERNEL_TRIALS = (
    (
        "seg6",
        IP_BATCH,
        "link set lo up\n"
        "link add sr0 type bridge\n"
        "link set sr0 up\n"
        "route add 5f00:0:1:1::/64 encap seg6local action End dev sr0\n"
        "route add 2001:db8:2::/48 encap seg6 mode encap.red segs 5f00:0:2:1::,5f00:0:2:d046:: "
        "dev sr0 table 100\n",
        "a kernel with CONFIG_IPV6_SEG6_LWTUNNEL, and iproute2 6.0 or later for encap.red",
    ),
    (
        "seg6 End.DT6",
        IP_BATCH,
        "link add sr0 type bridge\n"
        "link set sr0 up\n"
        "route add 5f00:0:1:d046::/64 encap seg6local action End.DT6 table 100 dev sr0\n",
        "a kernel with CONFIG_IPV6_SEG6_LWTUNNEL and CONFIG_IPV6_MULTIPLE_TABLES",
    ),
    (
        USID_ADJACENCIES,
        IP_BATCH,
        "link add sr0 type bridge\n"
        "link set sr0 up\n"
        "route add 5f00:0:1:e001::/64 encap seg6local action End.X nh6 fe80::1 "
        "flavors next-csid lblen 32 nflen 32 dev sr0\n",
        "not needed, unless lists of uSIDs take adjacencies: a newer kernel (6.12 has it, 6.1 not)",
    ),
    (
        "nftables",
        NFT,
        "table ip6 trial {\n"
        "  chain forward {\n"
        "    type filter hook forward priority 0; policy accept;\n"
        '    iifname "cust0" ip6 daddr 5f00::/32 counter drop\n'
        "  }\n"
        "}\n",
        "a kernel with CONFIG_NF_TABLES_IPV6 (on Debian: the stock kernel)",
    ),
)

_BACKEND_REMEDY = {
    "htb": "not needed: the wire does without; to have it: Linux 6.6 with CONFIG_BPF_SYSCALL and "
    "sch_htb",
    "wire": "a kernel with CONFIG_VETH and CONFIG_PACKET",
    "netem": "not needed: the others do without; to have it: modprobe sch_netem",
}
_SYS_REMEDY = "mount -o remount,rw /proc/sys; in a container: --privileged"
_PERMIT = (
    "the capabilities CAP_NET_ADMIN, CAP_NET_RAW and CAP_SYS_ADMIN; in a container: --privileged"
)

OPTIONAL = frozenset({"htb", "netem", USID_ADJACENCIES})
"""What the lab can do without."""


def examine() -> list[Need]:
    """Try everything that the lab uses. Without root only what can be told without it."""
    needs = [root_need(), _python_part("mininet.net", "mininet"), _python_part("pyroute2")]
    needs += [capability_need(), pty_need(), *command_needs()]
    if all(need.present for need in needs):
        needs.append(node_need())
    if all(need.present for need in needs):
        settings = try_settings(ROUTER_SYSCTLS)
        needs.append(Need("writable /proc/sys", settings.works, settings.detail, _SYS_REMEDY))
        for name, command, text, remedy in KERNEL_TRIALS:
            trial = try_commands(command, text)
            needs.append(Need(name, trial.works, trial.detail, _remedy(trial, remedy)))
        for backend, try_it in TRIALS.items():
            trial = try_it()
            remedy = _remedy(trial, _BACKEND_REMEDY[backend])
            needs.append(Need(backend, trial.works, trial.detail, remedy))
    return needs


def _remedy(trial: Trial, otherwise: str) -> str:
    """What is not permitted is a matter of capabilities, whatever the kernel has."""
    return _PERMIT if os.strerror(errno.EPERM) in trial.detail else otherwise


def can_run(needs: list[Need]) -> bool:
    """Whether nothing is missing that the lab cannot do without."""
    return all(need.present or need.name in OPTIONAL for need in needs)


def _python_part(module: str, distribution: str | None = None) -> Need:
    """A package of Python's; a mere folder of that name does not count."""
    try:
        found = importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        found = False
    name = f"Python package {distribution or module}"
    return Need(name, found, "installed" if found else "not found", "pip install netkit-srv6[lab]")
