"""What a headend is told of a pair: candidate paths by preference (RFC 9256 §2.2, §2.7).

Of the valid candidate paths the one of highest preference is active; its segment lists share the
traffic by weight (§2.11).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.srv6.segment_list import Share

ORIGIN_CONFIGURATION = 30
"""Protocol-Origin of what is configured (RFC 9256 §2.3)."""

PRIMARY_PREFERENCE = 200
BACKUP_PREFERENCE = 100
"""The default of RFC 9256 §2.7; alternatives count down from below it."""

MOST_ALTERNATIVES = BACKUP_PREFERENCE - 1
"""Alternatives that have a preference: the last has 1, as no platform takes 0."""

LAST_BOUND_COLOR = 2**31 - 1
"""Colors above it are of the policies behind binding SIDs; see :func:`binding_color`."""


class PolicyRole(StrEnum):
    """What a candidate path is in the plan."""

    PRIMARY = "primary"
    BACKUP = "backup"
    ALTERNATIVE = "alternative"


@dataclass(frozen=True, slots=True)
class PolicyPath:
    """A candidate path of a policy: ``lists`` with their weights, of weight 1 where there is one.

    Only primary and backup hold a demand's bandwidth.
    """

    preference: int
    role: PolicyRole
    lists: tuple[Share, ...]


def policy_paths(pair: PairPlan) -> tuple[PolicyPath, ...]:
    """The candidate paths of a planned pair, highest preference first; none without a list.

    An alternative whose list is that of a path before it is left out, and so is one behind the
    :data:`MOST_ALTERNATIVES` that have a preference.
    """
    if pair.primary is None:
        return ()
    lists = pair.shares or (Share(1, pair.primary),)
    found = [PolicyPath(PRIMARY_PREFERENCE, PolicyRole.PRIMARY, lists)]
    single = () if pair.backup is None else (Share(1, pair.backup),)
    backup = pair.backup_shares or single
    if backup:
        found.append(PolicyPath(BACKUP_PREFERENCE, PolicyRole.BACKUP, backup))
    for place, candidate in enumerate(pair.alternatives[:MOST_ALTERNATIVES]):
        known = {one.lists[0].candidate.segments for one in found if len(one.lists) == 1}
        if candidate.segments not in known:
            share = (Share(1, candidate),)
            found.append(PolicyPath(MOST_ALTERNATIVES - place, PolicyRole.ALTERNATIVE, share))
    return tuple(found)


PolicyKey = tuple[str, str, int]
"""Headend, endpoint and color (RFC 9256 §2.1): no two policies of a network have the same."""


def policy_key(pair: PairPlan) -> PolicyKey:
    """The key of a pair's policy."""
    return pair.demand.src, pair.demand.dst, color_of(pair.demand)


def policy_rows(plan: Plan) -> dict[PolicyKey, int]:
    """The row of the plan that each policy is of: of those that share a key the first with a list.
    Other rows may hold the same pair: a demand may be asked for twice."""
    found: dict[PolicyKey, int] = {}
    for row, pair in enumerate(plan.pairs):
        if pair.primary is not None:
            found.setdefault(policy_key(pair), row)
    return found


def policy_pairs(plan: Plan) -> dict[PolicyKey, PairPlan]:
    """The pair that each policy is of."""
    return {key: plan.pairs[row] for key, row in policy_rows(plan).items()}


def steering_keys(plan: Plan) -> set[PolicyKey]:
    """The policies that prefixes of their destination enter: for each headend and destination that
    of the tightest bound that has a list."""
    chosen: dict[tuple[str, str], PairPlan] = {}
    for pair in policy_pairs(plan).values():
        ends = pair.demand.src, pair.demand.dst
        held = chosen.get(ends)
        if held is None or pair.demand.bound_us < held.demand.bound_us:
            chosen[ends] = pair
    return {policy_key(pair) for pair in chosen.values()}


def color_of(demand: Demand) -> int:
    """The color of a demand's policy (RFC 9256 §2.1): its own, or its bound in µs.

    The same demand has the same color in every plan; it is 1 to :data:`LAST_BOUND_COLOR`, so that a
    bound of no time at all shares the color of 1 µs.
    """
    return (demand.bound_us or 1) if demand.color is None else demand.color


def binding_color(number: int) -> int:
    """The color of the policy behind binding SID ``number`` of a router: no demand has it."""
    return LAST_BOUND_COLOR + 1 + number
