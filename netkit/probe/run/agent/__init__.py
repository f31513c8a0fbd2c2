"""An agent at a site: its sockets, its names, its signals, and where its windows go.

One process and one loop send to every peer and answer every peer; threads of it only look names
up, read files and write windows, so that none of that delays a probe.
"""
