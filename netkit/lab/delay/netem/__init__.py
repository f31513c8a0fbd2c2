"""The kernel's netem as a delay backend, and a capture that tells the truth of it.

Shapes of lines come in; texts for ``tc``, and records of a capture process, go out.
"""
