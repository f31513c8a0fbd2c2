"""Samples and clocks: what one probe saw, and how far the clocks at both ends can be off.

Four timestamps and an outcome make a sample (RFC 8762, RFC 8972); what is missing stays missing.
"""
