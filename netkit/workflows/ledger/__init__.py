"""Losses that the ledger of a lab has to explain otherwise than by a link: routers, full queues.

What became of probes comes in; findings, and the lines that probes may have filled, go out.
"""
