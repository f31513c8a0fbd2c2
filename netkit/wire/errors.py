"""What the wire room raises when bytes or values do not fit each other."""

from __future__ import annotations


class WireError(ValueError):
    """Bytes that are no packet of the kind asked for, or a value that no field can carry."""


class AuthenticationError(WireError):
    """A packet whose HMAC is not that of the key: damaged, forged, or of another key."""
