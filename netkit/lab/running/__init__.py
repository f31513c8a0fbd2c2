"""Labs that stay: finding them, asking their owners, and running commands in their nodes.

Everything is known from the marks of processes; an owner answers at a socket without a file. So a
lab that is gone has left nothing to find.
"""
