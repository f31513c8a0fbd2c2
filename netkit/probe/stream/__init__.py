"""The Session-Sender for any number of probes at any rate: arrays of thousands, bounded memory.

Same rules and same figures as :mod:`netkit.probe.sender`, held to it by tests.
"""
