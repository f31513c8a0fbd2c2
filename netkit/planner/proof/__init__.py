"""Segment lists replayed over every ECMP branch, by code that shares nothing with the search.

A list comes in as a router would push it (RFC 8754, RFC 8986); the certificate of what every
branch keeps, or what breaks it, goes out.
"""
