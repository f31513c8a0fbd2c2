"""This host's clock: who disciplines it, and how far off it can be.

Kernel, chrony and ptp4l are asked; a bound goes out, or that none is known.
"""
