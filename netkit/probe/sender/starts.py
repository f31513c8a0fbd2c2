"""When flows start: spread by a hash of their names, so that none waits for another's word.

For cron a round is due every ``round_ns`` of UTC. Each flow starts at an offset into it that is
uniform over what the round leaves, and another one in each round: sites do not fire together, no
two flows meet round after round, and whoever knows the campaign knows when each flow is sent. An
agent's round is the interval of the flow, all of it, and its number is always 0: a periodic flow
keeps its place.
"""

from __future__ import annotations

import hashlib

from netkit.model.measurement.campaign import CampaignFlow


def round_of(now_ns: int, round_ns: int) -> int:
    """The number of the round that a moment of UTC lies in."""
    return now_ns // round_ns


def start_offset_ns(
    campaign: str, seed: int, flow: CampaignFlow, round_number: int, slack_ns: int
) -> int:
    """From the begin of the round to the start of the flow: 0 to ``slack_ns``, without the latter.

    The first 8 bytes of SHA-256 over the parts, a zero byte between each two, modulo the slack.
    """
    if slack_ns <= 0:
        return 0
    parts = (campaign, str(seed), flow.src, flow.dst, flow.name, str(round_number))
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:8]) % slack_ns
