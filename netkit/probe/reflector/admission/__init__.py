"""What stands before a reflector's sessions: what a request has to be, from whom, and how often.

A datagram's source, size and stamps come in; a reason to refuse, or none, goes out. Nothing here
has a clock or a socket, and no number of sources fills its memory.
"""
