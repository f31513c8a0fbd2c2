"""The SRv6 address plan: which address stands for which thing.

SID block and layout follow RFC 9602 (``5f00::/16``) and RFC 9800 §4.1 (F3216: a 32-bit block, a
16-bit node, a 16-bit function). A node is known by its SID index, 1 to 65534. A Flexible Algorithm
has locators of its own (RFC 9352 §7.1), in the block that lies ``algorithm`` /32s after the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network

MAX_SID_INDEX = 0xFFFE
MAX_ADJACENCIES = 0x0FFF
MAX_BINDINGS = 0x1000

_FUNCTION_SHIFT = 64
_NODE_SHIFT = 80
_BLOCK_SHIFT = 96
_BLOCK_BITS = 32
_END_FUNCTION = 0x0001
_END_USD_FUNCTION = 0x0002
_BINDING_FUNCTION = 0xB000
_END_X_FUNCTION = 0xE000
_END_X_USD_FUNCTION = 0xF000
_END_DT6_FUNCTION = 0xD046


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """The blocks that all addresses of a topology are taken from; each is a /32."""

    sid_block: IPv6Network = IPv6Network("5f00::/32")
    link_block: IPv6Network = IPv6Network("fd5f::/32")
    customer_block: IPv6Network = IPv6Network("2001:db8::/32")

    def block(self, algorithm: int = 0) -> IPv6Network:
        """The /32 of all SIDs of an algorithm."""
        base = int(self.sid_block.network_address) + (algorithm << _BLOCK_SHIFT)
        return IPv6Network((base, 32))

    def has_room(self, algorithm: int) -> bool:
        """Is the block of an algorithm there, and not that of links or customers?"""
        number = (int(self.sid_block.network_address) >> _BLOCK_SHIFT) + algorithm
        taken = (self.link_block, self.customer_block)
        return number < 1 << _BLOCK_BITS and self.block(algorithm) not in taken

    def locator(self, sid_index: int, algorithm: int = 0) -> IPv6Network:
        """The /48 that the IGP carries for a node; all its SIDs of the algorithm lie inside.

        >>> AddressPlan().locator(7), AddressPlan().locator(7, algorithm=128)
        (IPv6Network('5f00:0:7::/48'), IPv6Network('5f00:80:7::/48'))
        """
        return _node_prefix(self.block(algorithm), sid_index)

    def loopback(self, sid_index: int) -> IPv6Address:
        """The address of the node itself, source of its encapsulated packets."""
        return self.locator(sid_index)[1]

    def end(self, sid_index: int, algorithm: int = 0) -> IPv6Address:
        """``End``: the node segment (RFC 8986 §4.1)."""
        return self._sid(sid_index, _END_FUNCTION, algorithm)

    def end_x(self, sid_index: int, adjacency: int, algorithm: int = 0) -> IPv6Address:
        """``End.X`` of the node's adjacency number ``adjacency``, from 0 (RFC 8986 §4.2).

        >>> AddressPlan().end_x(7, 1)
        IPv6Address('5f00:0:7:e001::')
        """
        return self._sid(sid_index, _END_X_FUNCTION + adjacency, algorithm)

    def end_usd(self, sid_index: int, algorithm: int = 0) -> IPv6Address:
        """``End`` that takes the outer header off when it is last (USD, RFC 8986 §4.16.3)."""
        return self._sid(sid_index, _END_USD_FUNCTION, algorithm)

    def end_x_usd(self, sid_index: int, adjacency: int, algorithm: int = 0) -> IPv6Address:
        """``End.X`` with USD of the node's adjacency number ``adjacency``."""
        return self._sid(sid_index, _END_X_USD_FUNCTION + adjacency, algorithm)

    def binding(self, sid_index: int, number: int, algorithm: int = 0) -> IPv6Address:
        """``End.B6.Encaps.Red`` number ``number`` of a node, from 0 (RFC 8986 §4.14)."""
        return self._sid(sid_index, _BINDING_FUNCTION + number, algorithm)

    def end_dt6(self, sid_index: int) -> IPv6Address:
        """``End.DT6``: decapsulate and look up in the customer table (RFC 8986 §4.6)."""
        return self._sid(sid_index, _END_DT6_FUNCTION)

    def customer_prefix(self, sid_index: int) -> IPv6Network:
        """The /48 of the customers behind a node."""
        return _node_prefix(self.customer_block, sid_index)

    def customer_gateway(self, sid_index: int) -> IPv6Address:
        """The router's own address towards its customers."""
        return self.customer_prefix(sid_index)[1]

    def customer_host(self, sid_index: int) -> IPv6Address:
        """The address of the customer host from which the node is probed."""
        return self.customer_prefix(sid_index)[2]

    def link_prefix(self, subnet: int) -> IPv6Network:
        """The /64 of link or exchange fabric number ``subnet``, from 1."""
        base = int(self.link_block.network_address) + (subnet << _FUNCTION_SHIFT)
        return IPv6Network((base, 64))

    def link_address(self, subnet: int, sid_index: int) -> IPv6Address:
        """The address of a node on link or fabric number ``subnet``."""
        return self.link_prefix(subnet)[sid_index]

    def _sid(self, sid_index: int, function: int, algorithm: int = 0) -> IPv6Address:
        base = int(self.locator(sid_index, algorithm).network_address)
        return IPv6Address(base + (function << _FUNCTION_SHIFT))


def _node_prefix(block: IPv6Network, sid_index: int) -> IPv6Network:
    return IPv6Network((int(block.network_address) + (sid_index << _NODE_SHIFT), 48))
