"""The nftables table of the edge filter, read and loaded as a whole: ``nft -f`` changes it in one
transaction, so that no packet ever meets half of it."""

from __future__ import annotations

import re
import subprocess

from netkit.apply.objects import EdgeTable

TABLE = "netkit_edge"
_SET = re.compile(r"\{\s*([0-9a-f:/]+(?:,\s*[0-9a-f:/]+)*)\s*\}")
_COUNTER = re.compile(r"counter packets \d+ bytes \d+")


def normal(text: str) -> EdgeTable:
    """The table of a file for ``nft -f``, or of what ``nft list table`` prints: the rules of its
    chain and what the chain is, one line each, counters without their figures.

    nft prints a set of one without braces, and a long one over several lines.
    """
    lines = (" ".join(line.split()) for line in _SET.sub(_as_set, text).splitlines())
    kept = [_COUNTER.sub("counter", line) for line in lines if line and not line.startswith("#")]
    body = [line for line in kept if line not in _AROUND]
    return EdgeTable(tuple(body))


def _as_set(found: re.Match[str]) -> str:
    members = sorted(word.strip() for word in found[1].split(","))
    return members[0] if len(members) == 1 else "{ " + ", ".join(members) + " }"


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
