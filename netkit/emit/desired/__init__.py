"""Topology and plan to what every router is to hold, in no vendor's words.

In: a topology, a plan made on it, and which routers have customers. Out: a
:class:`~netkit.model.router_state.RouterState` for each router in service, and what of the plan is
in none of them, with the reason. RFC 9256 for policies, RFC 8986 and RFC 9800 for SIDs, RFC 8754
§5.1 for the edge of the domain.
"""
