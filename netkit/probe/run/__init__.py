"""Whole runs: senders and reflectors with their sockets, from options to results.

Options come in; results go out, also those of a run that broke off midway.
"""
