"""The network that link-state records describe, as SPF sees it.

Records of one level become nodes and adjacencies (ISO 10589 §7.2, RFC 5305, RFC 5120); adjacencies
of two ends become links.
"""
