"""When flows start: spread by a hash of their names, so that none waits for another's word.

For cron a round is due every ``round_ns`` of UTC. Each flow starts at an offset into it that is
uniform over what the round leaves, and another one in each round: sites do not fire together, no
two flows meet round after round, and whoever knows the campaign knows when each flow is sent. An
agent's round is the interval of the flow, all of it, and its number is always 0: a periodic flow
keeps its place.

A window that has a few of a round's probes decides nothing, and the one with the rest is not the
newest: so a flow whose probes take no more than half a window has them all in one, where rounds are
made of whole windows.
"""

from __future__ import annotations

import hashlib

from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign


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


def round_offset_ns(
    campaign: FieldCampaign, flow: CampaignFlow, round_number: int, whole_ns: int
) -> int:
    """From the begin of a round to the start of the flow, which takes ``whole_ns`` to its last
    timeout: uniform over what the round leaves, or over what its windows leave one after the other.
    """
    round_ns, window_ns = campaign.round_ns or 0, campaign.window_ns
    sending_ns = flow.count * flow.interval_ns
    in_windows = round_ns % window_ns == 0 and 2 * sending_ns <= window_ns and whole_ns <= window_ns
    slack_ns = round_ns - whole_ns
    room_ns = window_ns - sending_ns
    if in_windows:  # in the last one there are the timeouts as well
        slack_ns = (round_ns // window_ns - 1) * room_ns + window_ns - whole_ns
    offset_ns = start_offset_ns(campaign.name, campaign.seed, flow, round_number, slack_ns)
    if not in_windows:
        return offset_ns
    window, within_ns = divmod(offset_ns, room_ns)
    return window * window_ns + within_ns
