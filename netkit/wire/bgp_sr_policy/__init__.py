"""SR Policies in BGP (RFC 9830): a candidate path as the NLRI and the attributes of an UPDATE.

A candidate path is one NLRI of SAFI 73 with a Tunnel Encapsulation attribute (RFC 9012) of type 15.
Values come in and bytes go out, and back; bytes from anywhere give values or a
:class:`~netkit.errors.WireError`.
"""
