"""What peers say of their clocks: taken as it is, but for what no clock can be off by."""

from __future__ import annotations

import math

import numpy as np

from netkit.probe.agent.reflector_clocks import bounds_ns
from netkit.probe.clock.this_host import estimate_uncertainty_us
from netkit.wire.timestamps import ERA_NS, ErrorEstimate

EVERY = range(1 << 16)


def test_every_estimate_bounds_what_it_does_alone_and_fits_where_windows_are_kept():
    together = bounds_ns(np.array(EVERY, np.uint16)).tolist()
    for raw, bound_ns in zip(EVERY, together, strict=True):
        alone_us = estimate_uncertainty_us(ErrorEstimate.parse(raw))
        assert math.isinf(bound_ns) == math.isinf(alone_us)
        if not math.isinf(bound_ns):
            assert math.isclose(bound_ns, alone_us * 1000, rel_tol=1e-12)
            assert 0 < bound_ns < ERA_NS < 1 << 62


def test_the_largest_that_an_estimate_can_state_bounds_nothing():
    assert ErrorEstimate.parse(0xFFFF).error_ns is None
    assert bounds_ns(np.array([0xFFFF, 0x8001], np.uint16)).tolist() == [math.inf, 1.0]
