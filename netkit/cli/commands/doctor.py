"""``netkit doctor``: what this machine can do, each thing tried, each lack with its remedy."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from netkit.cli.common import JsonOption, end, print_json, print_lines
from netkit.errors import ExitCode
from netkit.report.documents.doctor import Check, doctor_to_json

if TYPE_CHECKING:
    from netkit.lab.check.requirements import Need
    from netkit.model.measurement.clock import ClockReport
    from netkit.probe.kernel.abilities import Ability

_LAB_REMEDY = "pip install netkit-srv6[lab], and `make demo` brings the Debian packages"


def doctor(
    json: JsonOption = False,
) -> None:
    """Try what netkit needs of this machine, and say what to do where something is missing.

    Exit code 0 if all is there, 1 if something is missing that can be done without, 3 if this
    machine cannot measure.
    """
    from netkit.probe.clock.this_host import examine_clock

    clock = examine_clock()
    checks = [*_measuring(), *_clock(clock), *_lab()]
    code = _exit_code(checks)
    if json:
        print_json(doctor_to_json(checks, clock, code))
    else:
        for check in checks:
            print_lines(*_lines(check))
    end(code, f"missing: {', '.join(check.name for check in checks if not check.present)}")


def _exit_code(checks: list[Check]) -> ExitCode:
    missing = [check for check in checks if not check.present]
    if any(check.required for check in missing):
        return ExitCode.UNKNOWN
    return ExitCode.DEGRADED if missing else ExitCode.OK


def _measuring() -> list[Check]:
    from netkit.probe.kernel import abilities
    from netkit.probe.run.reflecting.kernel_ability import try_kernel_reflector

    six, four = abilities.try_kernel_stamps("::1"), abilities.try_kernel_stamps("127.0.0.1")
    either = six if six.receive.works and six.transmit.works else four
    kernel = "a Linux kernel of its own: sandboxes that imitate one (gVisor) take no stamps"
    ipv6 = "sysctl net.ipv6.conf.all.disable_ipv6=0"
    return [
        _check("kernel stamps, receive", either.receive, kernel, required=True),
        _check("kernel stamps, transmit", either.transmit, kernel, required=True),
        _check("IPv6", six.receive, ipv6),
        _check(
            "hardware stamps",
            abilities.hardware_stamps(),
            "a network card with IEEE 1588 stamps; netkit measures with the kernel's",
        ),
        _check(
            "STAMP port 862",
            abilities.try_stamp_port(),
            "run the reflector with sudo, or give it another --port",
        ),
        _check(
            "kernel reflector",
            try_kernel_reflector(),
            "Linux 6.6 or later, CAP_BPF and CAP_NET_ADMIN; without it Python answers",
        ),
        _check(
            "send over SRv6",
            abilities.try_segment_list(),
            "a kernel with CONFIG_IPV6_SEG6_LWTUNNEL",
        ),
    ]


def _check(name: str, ability: Ability, remedy: str, *, required: bool = False) -> Check:
    return Check(name, ability.works, required, ability.detail, None if ability.works else remedy)


def _clock(clock: ClockReport) -> list[Check]:
    from netkit.model.units import NS_PER_US

    error_ns = clock.max_error_ns
    told = "; ".join(f"{claim.by}: {claim.detail}" for claim in clock.claims)
    advice = "; ".join(clock.remedies)
    remedy = advice or (
        "apt-get install chrony; until then one-way verdicts rest on --clock-error or on a "
        "mesh (docs/clocks.md)"
    )
    if error_ns is None:
        return [Check("clock disciplined", False, False, told, remedy)]
    detail = f"off by at most {error_ns / NS_PER_US:.0f} µs ({told})"
    return [Check("clock disciplined", True, False, detail, advice or None)]


def _lab() -> list[Check]:
    """What ``netkit lab check`` tries, in a few lines."""
    if importlib.util.find_spec("pyroute2") is None:
        return [Check("lab", False, False, "Python package pyroute2: not found", _LAB_REMEDY)]
    from netkit.lab.check.machine import OPTIONAL, USID_ADJACENCIES, can_run, examine

    needs = {need.name: need for need in examine()}
    shown = ("seg6", USID_ADJACENCIES, "htb", "netem")
    tried = [_of_lab(name, needs[name]) for name in shown if name in needs]
    missing = [need for need in needs.values() if not need.present and need.name not in OPTIONAL]
    works = can_run(list(needs.values()))
    lab = Check(
        "lab",
        works,
        False,
        "runs here" if works else ", ".join(f"{need.name}: {need.detail}" for need in missing),
        None if works else "; ".join(dict.fromkeys(need.remedy or "" for need in missing)),
    )
    return [*tried, lab]


def _of_lab(name: str, need: Need) -> Check:
    shown = {"seg6": "SRv6 routes"}
    return Check(
        shown.get(name, name),
        need.present,
        False,
        need.detail,
        None if need.present else need.remedy,
    )


def _lines(check: Check) -> list[str]:
    mark = "ok" if check.present else ("MISSING" if check.required else "absent")
    lines = [f"{mark:8} {check.name:24} {check.detail}"]
    if check.remedy is not None:
        lines.append(f"{'':8} {'':24} -> {check.remedy}")
    return lines
