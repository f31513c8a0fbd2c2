"""The network as an IGP sees it: nodes, links, positions, addresses, Flex-Algo planes.

A physical link is two adjacencies. Delays are one-way (RFC 8570), planes those of RFC 9350.
"""
