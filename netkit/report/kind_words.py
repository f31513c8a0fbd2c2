"""What people call the kinds of things that values of the model name."""

from __future__ import annotations

from netkit.errors import ExitCode
from netkit.language.words import marked, say
from netkit.model.monitoring.alarm import Way
from netkit.model.planning.survival import FailureKind

_FAILURES = {
    FailureKind.LINK: marked("link"),
    FailureKind.NODE: marked("node"),
    FailureKind.SRLG: marked("srlg"),
}
_SCOPES = {
    "city": marked("city"),
    "region": marked("region"),
    "national": marked("national"),
    "all": marked("all"),
}

_QUANTITIES = {
    "delay": marked("delay"), "jitter": marked("jitter"), "loss": marked("loss"),
}  # fmt: skip
_WAYS = {
    Way.FORWARD: marked("forward"),
    Way.BACKWARD: marked("backward"),
    Way.ROUND_TRIP: marked("round trip"),
}

_CODES = {
    ExitCode.OK: marked("ok"),
    ExitCode.DEGRADED: marked("degraded"),
    ExitCode.BREACH: marked("breach"),
    ExitCode.UNKNOWN: marked("unknown"),
}


def code_word(code: ExitCode) -> str:
    """How a measurement ends, in a word."""
    return say(_CODES[code])


def quantity_word(quantity: str) -> str:
    """What changed, by the value of :class:`~netkit.monitor.locate.evidence.Quantity`."""
    return say(_QUANTITIES[quantity])


def way_word(way: Way) -> str:
    """A direction of a flow, or both of them."""
    return say(_WAYS[way])


def failure_word(kind: FailureKind) -> str:
    """What kind of thing fails."""
    return say(_FAILURES[kind])


def scope_word(scope: str) -> str:
    """How far apart pairs are, by the value of :class:`~netkit.model.planning.tier.Scope`."""
    return say(_SCOPES[scope])
