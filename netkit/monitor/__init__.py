"""Watching: windows to changes, changes to likely links, verdicts to alarms that are delivered.

Values of the store and the model come in, decisions go out; nothing here opens a socket, reads a
clock or writes a file. What delivers and what is stored stand in :mod:`netkit.workflows`.
"""
