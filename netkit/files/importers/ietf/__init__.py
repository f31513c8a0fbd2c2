"""Networks in the YANG models of the IETF, as controllers and NETCONF servers give them out.

RFC 8345 has networks, nodes and links; RFC 8346 metrics of IP, RFC 8795 what traffic engineering
knows. JSON is read as RFC 7951 encodes it, XML as NETCONF does; prefixes of modules do not matter.
"""
