"""Values of the probe commands' options: segment lists, prefixes, keys, rates. All or an error."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from netkit.errors import InputError, Problem, counted
from netkit.wire.ports import STAMP_PORT

if TYPE_CHECKING:
    from netkit.cli.grammar.durations import Duration
    from netkit.probe.reflector.admission.access import IpNetwork
    from netkit.wire.return_path import IpAddress

MAX_SEGMENTS = 16
_MAX_PORT = 0xFFFF


def segment_list(text: str | None, option: str) -> tuple[IPv6Address, ...]:
    """SIDs from ``A,B,C``, in the order visited; none at all of None."""
    if text is None:
        return ()
    problems, found = [], []
    for word in text.split(","):
        try:
            found.append(IPv6Address(word.strip()))
        except AddressValueError:
            problems.append(Problem(None, None, option, word.strip(), "an IPv6 address (a SID)"))
    if problems:
        raise InputError(problems)
    if len(found) > MAX_SEGMENTS:
        raise InputError.single(
            option, value=counted(len(found), "segment"), expected=f"at most {MAX_SEGMENTS}"
        )
    return tuple(found)


def prefixes(words: list[str] | None, option: str) -> tuple[IpNetwork, ...]:
    """Prefixes such as ``2001:db8::/32``; every word that is none is named."""
    problems, found = [], []
    for word in words or []:
        try:
            found.append(ip_network(word))
        except ValueError as error:
            problems.append(Problem(None, None, option, word, "a prefix", f"{error}".capitalize()))
    if problems:
        raise InputError(problems)
    return tuple(found)


def addresses(words: list[str] | None, option: str) -> tuple[IpAddress, ...]:
    """IPv6 and IPv4 addresses; every word that is none is named."""
    problems, found = [], []
    for word in words or []:
        try:
            found.append(ip_address(word))
        except ValueError:
            problems.append(Problem(None, None, option, word, "an IPv6 or IPv4 address"))
    if problems:
        raise InputError(problems)
    return tuple(found)


def address(word: str | None, option: str) -> IpAddress | None:
    """One address, None without one."""
    return None if word is None else addresses([word], option)[0]


def keys_of(path: Path | None, tlv_path: Path | None) -> tuple[bytes | None, bytes | None]:
    """The keys of ``--key-file`` and ``--tlv-key-file``, at most one of them."""
    from netkit.probe.run.keys import load_key

    if path is not None and tlv_path is not None:
        raise InputError.single("--key-file and --tlv-key-file", expected="one of them")
    key = None if path is None else load_key(path)
    return key, None if tlv_path is None else load_key(tlv_path)


def bound_us(tier: str | None, bound: Duration | None) -> int | None:
    """What ``--tier`` or ``--bound`` say, at most one of them."""
    from netkit.model.planning.tier import PROFILES

    if tier is None:
        return None if bound is None else bound.us
    if bound is not None:
        raise InputError.single("--tier and --bound", expected="one of them")
    bounds = {
        known.name: known.bound_us
        for profile in PROFILES.values()
        for known in profile.tiers.values()
        if known.bound_us is not None
    }
    if tier not in bounds:
        raise InputError.single("--tier", value=tier, expected="one of " + ", ".join(bounds))
    return bounds[tier]


def host_and_port(text: str, port: int | None) -> tuple[str, int]:
    """A host and its port, of ``host``, ``host:port``, ``address`` or ``[address]:port``.

    >>> host_and_port("far.example:8862", None), host_and_port("2001:db8::1", None)
    (('far.example', 8862), ('2001:db8::1', 862))
    """
    host, colon, number = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if text.startswith("[") and text.endswith("]"):
        host, colon = text[1:-1], ""
    elif not colon or (":" in host and not bracketed):
        host, colon = text, ""
    elif bracketed:
        host = host[1:-1]
    if not colon:
        return host, STAMP_PORT if port is None else port
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= _MAX_PORT):
        raise InputError.single("port of HOST", value=text, expected=f"HOST:1 to HOST:{_MAX_PORT}")
    if port is not None and port != int(number):
        raise InputError.single("--port", value=port, expected=f"that of {text}, or none")
    return host, int(number)
