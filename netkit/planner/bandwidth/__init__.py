"""Bandwidth: what is reserved on each arc, what still fits, and demands split over weighted lists.

Demands are admitted by priority (RFC 2702); lists share traffic by weight (RFC 9256 §2.11).
"""
