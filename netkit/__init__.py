"""netkit: measure, plan, emit and prove latency tiers over SRv6. Start at :mod:`netkit.api`.

docs/architecture.md has the map of the rooms and who may import whom.
"""
