"""Linux as a target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv6Address

from netkit.emit.dialect import Carried, Parsed, Unmade
from netkit.emit.limits import Exceeded, Limits, exceeded
from netkit.emit.linux.carried import carried
from netkit.emit.linux.customers import clamp_rules
from netkit.emit.linux.ip_batch import ip_batch
from netkit.emit.linux.kernels import too_old
from netkit.emit.linux.nft import edge_file
from netkit.emit.linux.read_ip import read_ip
from netkit.emit.linux.read_nft import read_nft
from netkit.emit.linux.words import PREFERENCES
from netkit.errors import InputError
from netkit.model.router_state import RouterState

IP, NFT = ".ip", ".nft"

LIMITS = Limits(preferences=PREFERENCES)
"""Preferences become metrics of netkit's own choice; the kernel itself knows no other limit that a
plan could meet."""


@dataclass(frozen=True, slots=True)
class LinuxDialect:
    """``ip -batch`` and ``nft -f``: both files together carry the state. SIDs that a kernel of
    ``version`` has not are left out; without a version it has all."""

    version: str | None = None
    name: str = "linux"
    suffixes: tuple[str, ...] = (IP, NFT)
    whole: bool = False

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """What Linux does not take; in all versions the same."""
        del version
        return exceeded(state, LIMITS)

    def carried(self, state: RouterState) -> Carried:
        """See :func:`netkit.emit.linux.carried.carried`."""
        return carried(state, self.version)

    def unmade(self, state: RouterState) -> Mapping[IPv6Address, Unmade]:
        """The SIDs that came with later kernels."""
        found = ((sid.sid, too_old(sid, self.version)) for sid in state.sids)
        return {sid: Unmade(why, "a SID that this kernel makes") for sid, why in found if why}

    def render(self, carried: Carried) -> Mapping[str, str]:
        """Both files, by suffix."""
        return {IP: ip_batch(carried), NFT: edge_file(carried.state)}

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """Both files, or the first alone, which says nothing of a filter.

        Raises:
            InputError: as :func:`~netkit.emit.linux.read_ip.read_ip` and
                :func:`~netkit.emit.linux.read_nft.read_nft` do; no ``.ip`` file.
        """
        if IP not in files:
            raise InputError.single("no file for ip -batch", file=f"{router}{IP}")
        state, foreign = read_ip(files[IP], router)
        if NFT in files:
            edge, more = read_nft(files[NFT], router)
            follow = set(clamp_rules(state))
            more = tuple(one for one in more if one.text not in follow)
            state, foreign = replace(state, edge=edge), (*foreign, *more)
        return Parsed(state, foreign)


DIALECT = LinuxDialect()


def of_version(version: str | None) -> LinuxDialect:
    """The dialect of a kernel such as ``6.1.0-28``."""
    return LinuxDialect(version)
