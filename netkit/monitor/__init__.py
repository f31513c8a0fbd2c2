"""What follows from stored measurements: alarms, likely links, exporters, the closed loop.

Values of the store and the model come in, decisions go out; nothing here opens a socket, reads a
clock or writes a file. What delivers and what is stored stand in :mod:`netkit.workflows`.
"""
