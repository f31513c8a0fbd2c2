"""The Session-Sender to a whole network: many flows as arrays, without sockets or clocks.

Same rules and same samples as :mod:`netkit.probe.sender`, held to it by tests; cut into windows.
"""
