"""What is asked of the planner, and what it answers: demands, tiers, options, plans, advice.

Reasons and relaxations hold figures and names; their sentences are in :mod:`netkit.report`.
Policies and candidate paths are those of RFC 9256.
"""
