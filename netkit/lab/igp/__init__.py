"""Who fills the routing tables of a lab: the planner, the planner step by step, or real IS-IS.

A blueprint and its namespaces come in; routes in the routers' kernels go out.
"""
