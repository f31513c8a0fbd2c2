"""The nftables table of the edge filter, read and loaded as a whole: ``nft -f`` changes it in one
transaction, so that no packet ever meets half of it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address, IPv6Network

from netkit.apply.objects import EdgeTable

TABLE = "netkit_edge"
_SET = re.compile(r"\{\s*([0-9a-f:/-]+(?:,\s*[0-9a-f:/-]+)*)\s*\}")
_COUNTER = re.compile(r"counter packets \d+ bytes \d+")


def normal(text: str) -> EdgeTable:
    """The table of a file for ``nft -f``, or of what ``nft list table`` prints: the rules of its
    chain and what the chain is, one line each, counters without their figures.

    nft prints a set of one without braces, and a long one over several lines. Of a set with
    prefixes it keeps what lies together as one, which is a range where it is no prefix.
    """
    lines = (" ".join(line.split()) for line in _SET.sub(_as_set, text).splitlines())
    kept = [_COUNTER.sub("counter", line) for line in lines if line and not line.startswith("#")]
    body = [line for line in kept if line not in _AROUND]
    return EdgeTable(tuple(body))


def _as_set(found: re.Match[str]) -> str:
    members = sorted(_together([word.strip() for word in found[1].split(",")]))
    return members[0] if len(members) == 1 else "{ " + ", ".join(members) + " }"


def _together(words: list[str]) -> list[str]:
    """The members of a set as nft keeps it (``automerge`` of sets without a name)."""
    if not any("/" in word or "-" in word for word in words):
        return words
    try:
        spans = sorted(map(_span, words))
    except ValueError:
        return words  # a set of something else, in a rule that is not netkit's
    return [_words_of(first, last) for first, last in _merged(spans)]


def _span(word: str) -> tuple[int, int]:
    """The first and the last address of an address, a prefix or a range."""
    begin, dash, end = word.partition("-")
    if dash:
        return int(IPv6Address(begin)), int(IPv6Address(end))
    network = IPv6Network(word)
    return int(network[0]), int(network[-1])


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begin = end = -2
    for first, last in spans:
        if first > end + 1:
            if begin >= 0:
                yield begin, end
            begin, end = first, last
        end = max(end, last)
    yield begin, end


def _words_of(first: int, last: int) -> str:
    size = last - first + 1
    if first == last:
        return str(IPv6Address(first))
    if size & size - 1 or first % size:
        return f"{IPv6Address(first)}-{IPv6Address(last)}"
    return str(IPv6Network((first, 129 - size.bit_length())))


_AROUND = (
    f"table ip6 {TABLE}", f"delete table ip6 {TABLE}", f"table ip6 {TABLE} {{", "}",
)  # fmt: skip


def held() -> tuple[EdgeTable, ...]:
    """The table as the kernel has it; none where there is none, or no nft on this machine."""
    try:
        done = subprocess.run(
            ["nft", "list", "table", "ip6", TABLE], capture_output=True, text=True, check=False,
            process_group=0,
        )  # fmt: skip
    except FileNotFoundError:
        return ()
    return () if done.returncode else (normal(done.stdout),)


def load(wanted: EdgeTable | None) -> None:
    """Put ``wanted`` in the place of what is there, or take it away; raises OSError."""
    text = f"table ip6 {TABLE}\ndelete table ip6 {TABLE}\n"
    if wanted is not None:
        text += f"table ip6 {TABLE} {{\n" + "\n".join(_with_braces(wanted)) + "\n}\n"
    done = subprocess.run(
        ["nft", "-f", "-"], input=text, capture_output=True, text=True, check=False,
        process_group=0,
    )  # fmt: skip
    if done.returncode:
        raise OSError(f"nft: {done.stderr.strip()}")


def _with_braces(table: EdgeTable) -> list[str]:
    """The lines again with the braces that end the chains, which :func:`normal` leaves out."""
    lines: list[str] = []
    for line in table.lines:
        if line.endswith("{") and lines:
            lines.append("}")
        lines.append(line)
    return [*lines, "}"]
