"""Hosts of a lab with clocks of their own: every stamp that they take is read off their clock.

A stated clock and true stamps come in; the stamps that the host has, and the way back to the true
ones, go out.
"""
