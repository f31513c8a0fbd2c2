"""The emulated backbone: Mininet routers, delay backends, ground truth, drills.

A topology with its configurations comes in; booted routers, measurements, and what the links
truly did to every probe go out.
"""
