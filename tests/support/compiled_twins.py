"""Whole plans by compiled code and by the plain code that is its reference, for random networks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from unittest.mock import patch

from random_backbones import random_backbone, random_options
from random_cases import random_case

from netkit.errors import InputError, ReplayError
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.compiled import compiler
from netkit.planner.plan import plan_demands

NEVER, ALWAYS = False, True


def planned(
    repays: bool, topology: Topology, demands: Sequence[Demand], options: PlanOptions
) -> Plan | str:
    """The plan with or without compiled code; or why what is asked makes no sense, or where the
    replay contradicts the search."""
    with patch.object(compiler, "repays", return_value=repays):
        try:
            return plan_demands(topology, demands, options)
        except (InputError, ReplayError) as error:
            return f"{type(error).__name__}: {error}"


def twins(rng: random.Random) -> tuple[Plan | str, Plan | str]:
    """The plain answer and the compiled one for a network, demands and options from ``rng``."""
    if rng.random() < 0.3:
        topology, demand = random_case(rng)
        demands = [demand]
    else:
        topology, demands = random_backbone(rng)
    options = random_options(rng, topology)
    plain, fast = (planned(one, topology, demands, options) for one in (NEVER, ALWAYS))
    return plain, fast
