"""Tables of BGP-LS as GoBGP prints them, to link-state records (RFC 9552, RFC 9514, RFC 9351)."""
