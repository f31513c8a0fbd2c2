"""The command line, one of two faces of :mod:`netkit.workflows` (the other is :mod:`netkit.api`).

Words of the user come in and are parsed; tables, documents and one of four exit codes go out.
Nothing is wired together here: a command builds a request, asks a workflow, prints the answer.
"""
