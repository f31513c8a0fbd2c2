"""UDP ports that protocols have for their own."""

from __future__ import annotations

STAMP_PORT = 862
"""The port of a reflector unless another is agreed (RFC 8762 §4.1)."""
