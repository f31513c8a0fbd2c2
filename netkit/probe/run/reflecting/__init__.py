"""Reflecting on this host: sockets and the kernel's program, opened and kept up to date."""
