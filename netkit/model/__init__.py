"""Frozen values that every room of netkit shares. Standard library only.

No files, no search, no figures from samples: a value says what it is, in its units, and what
follows from it alone.
"""
