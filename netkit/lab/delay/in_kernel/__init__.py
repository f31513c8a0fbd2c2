"""Delays inside the kernel: HTB as a delay line, and the truth of both ends of every cable by BPF.

Cables with their delays come in; frames leave on time without any process, and records of
:mod:`netkit.lab.truth.probe_key` go out through a BPF ring buffer.
"""
