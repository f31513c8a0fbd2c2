"""Windows of a baseline and of now to what changed: per flow, direction and quantity.

A statement is changed, unchanged or unknown, with the size of the change and its uncertainty, in
the values that :mod:`netkit.monitor.locate` takes.
"""
