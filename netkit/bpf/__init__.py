"""Small programs inside the kernel: assembled here, loaded by bpf(2), without compiler or library.

Instructions and map sizes come in; attached programs, their maps and ring buffers go out. The
instruction set is RFC 9669.
"""
