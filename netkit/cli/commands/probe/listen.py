"""Where a command listens: an address and a port, in a word of the command line."""

from __future__ import annotations

from ipaddress import ip_address

from netkit.errors import InputError
from netkit.probe.scrape.server import DEFAULT_PORT


def address_and_port(text: str, option: str, default_port: int = DEFAULT_PORT) -> tuple[str, int]:
    """``ADDRESS:PORT``, ``[IPv6]:PORT``, or one of both alone; raises InputError.

    ``option`` is what the message calls it.

    >>> [address_and_port(one, "--listen") for one in ("[::1]:9100", "127.0.0.2", "9100")]
    [('::1', 9100), ('127.0.0.2', 9862), ('127.0.0.1', 9100)]
    """
    address, port = "127.0.0.1", str(default_port)
    if text.isdecimal():
        port = text
    elif text.startswith("[") or text.count(":") == 1:
        address, _, own = text.rpartition(":") if not text.endswith("]") else (text, "", "")
        port = own or port
    else:
        address = text
    plain = address.removeprefix("[").removesuffix("]")
    if not _is_address(plain) or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        expected = f"ADDRESS:PORT, as 127.0.0.1:{default_port} or [::1]:{default_port}"
        raise InputError.single(option, value=text, expected=expected)
    return plain, int(port)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
