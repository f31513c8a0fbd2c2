"""Where to send for many targets: all names are looked up side by side.

A name server that is away is so waited for once, and not once for each of the names that ask it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from netkit.errors import InputError, ProbeError
from netkit.probe.kernel.addresses import Address
from netkit.probe.run.send import destinations
from netkit.probe.run.send_options import SendOptions

_AT_ONCE = 64

Asked = tuple[Sequence[str], int, SendOptions]
"""The hosts of a target, the best first, their port, and how it is probed."""


def looked_up(targets: Sequence[Asked]) -> tuple[dict[int, list[Address]], dict[int, str]]:
    """The addresses of each target by its place, and why others have none."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="names") as pool:
        asked = [pool.submit(_candidates, *one) for one in targets]
    found: dict[int, list[Address]] = {}
    errors: dict[int, str] = {}
    for place, one in enumerate(asked):
        try:
            found[place] = one.result()
        except (InputError, ProbeError) as error:
            errors[place] = str(error)
    return found, errors


def _candidates(hosts: Sequence[str], port: int, options: SendOptions) -> list[Address]:
    """All addresses of the hosts that can be had; the error of the first if there are none."""
    found: list[Address] = []
    failed: list[InputError | ProbeError] = []
    for host in hosts:
        try:
            found += destinations(host, port, options)
        except (InputError, ProbeError) as error:
            failed.append(error)
    if not found:
        raise failed[0]
    return list(dict.fromkeys(found))
