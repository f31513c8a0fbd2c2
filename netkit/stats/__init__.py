"""Samples to figures: delay (RFC 7679), IPDV (RFC 3393), PDV (RFC 5481), loss, reordering.

Samples come in; figures go out with their uncertainty. Nothing is clamped; missing is not zero.
"""
