"""JSON: the desired state itself, one document a router (docs/router-state-json.md).

In: the state of a router. Out: all of it, as other programs can read and write it.
"""
