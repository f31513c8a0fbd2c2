"""A lab on a stock Debian kernel in virtual time: QEMU, whose clock counts instructions.

Files and a command come in; its exit status, its output and the files that it wrote go out.
"""
