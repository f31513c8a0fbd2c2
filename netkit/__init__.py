"""netkit: measure, plan, emit and prove latency tiers over SRv6. Start at :mod:`netkit.api`."""
