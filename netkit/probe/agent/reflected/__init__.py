"""What an agent's reflector has seen of the flows of its campaigns, as windows; without sockets.

The other end of a flow cuts its windows by its own clock. Each request says T1 by that clock, so
both ends cut the same windows, whatever the clocks are off by.
"""
