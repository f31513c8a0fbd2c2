"""Flows as a document of a store tells them (``netkit/over-time/1``), for tests of reports."""


def over_time(*flows):
    return {"schema": "netkit/over-time/1", "pairs": list(flows)}


def flow(src, dst, name="gold", verdict="pass", bound_ms=20.0, *, back=True):
    """A flow as a store tells it, whose p99 is 9 ms."""
    way = {"verdict": verdict, "sent": 60, "lost": 0, "min_ms": 8.0, "p50_ms": 8.5, "p99_ms": 9.0,
           "uncertainty_ms": 0.05, "certified_low_ms": None, "certified_high_ms": None,
           "long_p99_ms": None}  # fmt: skip
    return {"campaign": "daily", "flow": name, "src": src, "dst": dst, "bound_ms": bound_ms,
            "verdict": verdict, "there": way, "back": way if back else None}  # fmt: skip
