"""The path of probes, hop by hop, from the ICMP errors that routers send (RFC 4443, RFC 792).

A destination comes in; hops with their delays, and where probes were lost, go out.
"""
