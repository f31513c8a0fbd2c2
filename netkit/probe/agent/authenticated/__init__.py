"""Authenticated packets of an agent (RFC 8762 §4.4): sealed as they leave, opened as they come."""
