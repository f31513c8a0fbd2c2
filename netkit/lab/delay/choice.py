"""What delays the links: a choice made by trying, never by assuming."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from netkit.errors import InputError, LabError
from netkit.lab.delay.in_kernel.trial import try_htb
from netkit.lab.delay.trials import Trial, try_netem, try_wire


class BackendName(StrEnum):
    """``wire`` is netkit's own user-space process, ``htb`` the kernel's HTB as a delay line, and
    ``netem`` the kernel's queueing discipline of that name."""

    WIRE = "wire"
    HTB = "htb"
    NETEM = "netem"


AUTO = "auto"

TRIALS: Mapping[BackendName, Callable[[], Trial]] = {
    BackendName.WIRE: try_wire,
    BackendName.HTB: try_htb,
    BackendName.NETEM: try_netem,
}
"""In the order in which ``auto`` tries: the wire first, which is nearest to what is asked at the
rates of probes (docs/lab.md has the figures)."""


def choose_backend(
    requested: str, trials: Mapping[BackendName, Callable[[], Trial]] = TRIALS
) -> BackendName:
    """The backend to use for ``auto``, or the one asked for by name.

    Raises:
        InputError: another word.
        LabError: what was asked for does not work on this machine, or nothing does, and why.
    """
    if requested != AUTO and requested not in set(BackendName):
        names = ", ".join((AUTO, *BackendName))
        raise InputError.single("lab backend", value=requested, expected=f"one of {names}")
    failed = []
    for name, trial in trials.items():
        if requested in (AUTO, name):
            result = trial()
            if result.works:
                return name
            failed.append(f"{name}: {result.detail}")
    raise LabError("no way to delay links here: " + "; ".join(failed))
