"""Totals as text: in the format that a scraper asks for, or in that of a file for node_exporter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.exposition import choose_encoder, generate_latest
from prometheus_client.metrics_core import Metric

from netkit.monitor.exposition.families import families
from netkit.monitor.exposition.totals import Totals

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_WITH_NATIVE = "application/openmetrics-text; version=2."


@dataclass(frozen=True, slots=True)
class _Families:
    """What the client's encoders ask for metrics."""

    totals: Totals
    version: str
    native: bool

    def collect(self) -> Iterator[Metric]:
        yield from families(self.totals, self.version, native=self.native)


def plain_text(totals: Totals, version: str) -> str:
    """The text format 0.0.4, as node_exporter's textfile collector reads it."""
    return str(generate_latest(_Families(totals, version, native=False)).decode())


def negotiated(totals: Totals, version: str, accept: str) -> tuple[bytes, str]:
    """The text in the format that an ``Accept`` header asks for, and its content type.

    What no client of Prometheus would send is answered in the plain format.
    """
    try:
        encoder, content_type = choose_encoder(accept)
        asked = _Families(totals, version, native=content_type.startswith(_WITH_NATIVE))
        return bytes(encoder(asked)), str(content_type)
    except (TypeError, ValueError):
        return plain_text(totals, version).encode(), CONTENT_TYPE
