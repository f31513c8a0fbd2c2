"""The tunnel of type 15 in the Tunnel Encapsulation attribute (RFC 9830 §2.2, §2.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from netkit.errors import WireError
from netkit.wire.bgp_sr_policy.segment_lists import (
    list_from_bytes,
    list_to_bytes,
    sid_from_bytes,
    sid_to_bytes,
)
from netkit.wire.bgp_sr_policy.sub_tlvs import exactly, fits, packed, unpacked
from netkit.wire.bgp_sr_policy.values import BindingSid, BindingSidForm, CandidatePath

SR_POLICY = 15
"""The tunnel type."""

_PREFERENCE, _PRIORITY, _LIST, _PATH_NAME, _POLICY_NAME = 12, 15, 128, 129, 130
_BSID, _SRV6_BSID = BindingSidForm.BINDING_SID, BindingSidForm.SRV6_BINDING_SID
_HAS_BEHAVIOR = 0x20
"""The B-Flag of an SRv6 Binding SID (RFC 9830 §2.4.3)."""

_HEADER = struct.Struct("!HH")


def tunnel_to_bytes(path: CandidatePath) -> bytes:
    """The value of the attribute; :class:`WireError` for what does not fit its fields."""
    inner = b"".join(packed(kind, value) for kind, value in _sub_tlvs(path))
    return _HEADER.pack(SR_POLICY, fits(len(inner), 16, "bytes of a tunnel")) + inner


def tunnel_from_bytes(value: bytes) -> CandidatePath:
    """Read the value of an attribute that holds one tunnel.

    Raises :class:`WireError` if it is not whole, not of type 15, or says what may stand once twice.
    """
    if len(value) < _HEADER.size:
        raise WireError(f"tunnel of {len(value)} bytes")
    kind, length = _HEADER.unpack_from(value)
    if kind != SR_POLICY or length != len(value) - _HEADER.size:
        raise WireError(f"tunnel type {kind} of {length} bytes; expected {SR_POLICY}, alone")
    reader = _Reader()
    for one, inner in unpacked(value[_HEADER.size :]):
        reader.take(one, inner)
    return reader.path()


def _sub_tlvs(path: CandidatePath) -> Iterator[tuple[int, bytes]]:
    if path.preference is not None:
        yield _PREFERENCE, struct.pack("!HI", 0, fits(path.preference, 32, "preference"))
    if path.binding_sid is not None:
        yield path.binding_sid.form, _binding_to_bytes(path.binding_sid)
    if path.priority is not None:
        yield _PRIORITY, bytes([fits(path.priority, 8, "priority"), 0])
    for own in path.lists:
        yield _LIST, list_to_bytes(own)
    for kind, name in ((_PATH_NAME, path.path_name), (_POLICY_NAME, path.policy_name)):
        if name is not None:
            yield kind, b"\0" + _text(name)
    yield from path.unknown


def _text(name: str) -> bytes:
    if not name.isascii() or not name.isprintable():
        raise WireError(f"name {name!r}; expected printable ASCII")
    return name.encode("ascii")


def _binding_to_bytes(own: BindingSid) -> bytes:
    if own.form is _BSID and own.behavior is not None:
        raise WireError("a Binding SID sub-TLV has no place for an endpoint behavior")
    flags = 0 if own.behavior is None else _HAS_BEHAVIOR
    return bytes([flags, 0]) + sid_to_bytes(own.sid, own.behavior)


class _Reader:
    """Collects sub-TLVs: lists in their order, everything else once."""

    def __init__(self) -> None:
        self._once: dict[int, bytes] = {}
        self._lists: list[bytes] = []
        self._unknown: list[tuple[int, bytes]] = []

    def take(self, kind: int, value: bytes) -> None:
        if kind == _LIST:
            self._lists.append(value)
        elif kind not in (_PREFERENCE, _BSID, _SRV6_BSID, _PRIORITY, _PATH_NAME, _POLICY_NAME):
            self._unknown.append((kind, value))
        elif kind in self._once:
            raise WireError(f"sub-TLV {kind} stands twice")
        else:
            self._once[kind] = value

    def path(self) -> CandidatePath:
        preference = self._fixed(_PREFERENCE, 6)
        priority = self._fixed(_PRIORITY, 2)
        return CandidatePath(
            tuple(list_from_bytes(one) for one in self._lists),
            None if preference is None else int.from_bytes(preference[2:], "big"),
            self._binding(),
            None if priority is None else priority[0],
            self._name(_PATH_NAME),
            self._name(_POLICY_NAME),
            tuple(self._unknown),
        )

    def _fixed(self, kind: int, length: int) -> bytes | None:
        value = self._once.get(kind)
        return None if value is None else exactly(value, length, what=f"sub-TLV {kind}")

    def _binding(self) -> BindingSid | None:
        found = [form for form in BindingSidForm if form in self._once]
        if not found:
            return None
        if len(found) > 1:
            raise WireError("two binding SIDs, in sub-TLVs 13 and 20")
        lengths = (18,) if found[0] is _BSID else (18, 26)
        value = exactly(self._once[found[0]], *lengths, what=f"binding SID, sub-TLV {found[0]},")
        sid, behavior = sid_from_bytes(value[2:])
        return BindingSid(sid, found[0], behavior)

    def _name(self, kind: int) -> str | None:
        value = self._once.get(kind)
        if value is None:
            return None
        if not value:
            raise WireError(f"name, sub-TLV {kind}, of 0 bytes")
        try:
            name = value[1:].decode("ascii")
        except UnicodeDecodeError:
            raise WireError(f"name, sub-TLV {kind}, is not ASCII") from None
        return name
