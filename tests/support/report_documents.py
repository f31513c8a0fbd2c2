"""Documents of a made-up backbone of hubs and cities, as large as one likes, the same every time.

Every hub reaches every city over one of four cores; links run east, so that a map has room.
"""

import random

from netkit.report.figures import DISTRIBUTION

PHASES = ("repair", "backup", "reconverged")


def names(hubs, cities):
    """The hubs, the cores and the cities, each twice, of two operators."""
    return (
        [f"hub-{one:02}-ct" for one in range(hubs)],
        [f"core-{one}-ct" for one in range(4)],
        [f"city-{one // 2:03}-{'cm' if one % 2 else 'ct'}" for one in range(cities)],
    )


def topology_yaml(hubs, cities):
    """The topology of all that, as a file of netkit's own format."""
    here, cores, there = names(hubs, cities)
    lines = ["netkit: topology/1", "name: made-up", "defaults: {route_factor: 1.6}", "nodes:"]
    number = 0
    groups = (("cluster", 90, here), ("core", 104, cores), ("border", 118, there))
    for role, column, group in groups:
        for place, name in enumerate(group):
            number += 1
            lat, lon = 22 + 22 * place / len(group), column + (place % 7) / 2
            lines.append(
                f"  - {{name: {name}, role: {role}, operator: {name[-2:]}, "
                f"coordinates: [{lat:.3f}, {lon:.3f}], sid_index: {number}}}"
            )
    lines.append("links:")
    for core in cores:
        lines += [_link(hub, core) for hub in here] + [_link(core, city) for city in there]
    return "\n".join(lines) + "\n"


def _link(a, b):
    kind = "" if a[-2:] == b[-2:] else ", kind: direct_connect"
    return f"  - {{a: {a}, b: {b}, metric: 10{kind}}}"


def plan_document(hubs, cities):
    """A plan there and back of every hub with every city; one in fifty cannot keep its tier."""
    here, cores, there = names(hubs, cities)
    draw = random.Random(1)
    pairs = []
    for hub in here:
        for city in there:
            core, other = draw.sample(cores, 2)
            delay = draw.randrange(4000, 19900)
            broken = draw.random() < 0.02
            for src, dst in ((hub, city), (city, hub)):
                pairs.append(_direction(src, dst, core, other, delay, broken))
    return {
        "schema": "netkit/plan/1", "basis": "one-way", "topology": "made-up", "profile": "2023",
        "pairs": pairs, "reservations": None,
    }  # fmt: skip


def _direction(src, dst, core, other, delay_us, broken):
    reason = {"cause": "delay", "text": f"the fastest path takes {delay_us / 1000 + 20} ms",
              "best_ms": delay_us / 1000 + 20}  # fmt: skip
    found = {
        "src": src, "dst": dst, "tier": "20ms", "bound_ms": 20.0,
        "floor_ms": round(delay_us / 2000, 3), "verdict": "breach" if broken else "pass",
        "unsteered": {"guaranteed_ms": delay_us / 800}, "reason": reason if broken else None,
        "backup": None, "backup_reason": None,
    }  # fmt: skip
    if broken:
        return {**found, "nodes": None, "links": None, "sids": None, "sid_names": None,
                "guaranteed_ms": None, "certificate": None}  # fmt: skip
    own = _list(src, dst, core, delay_us)
    return {
        **found, **own, "certificate": {"best_ms": (delay_us - 300) / 1000},
        "backup": _list(src, dst, other, delay_us + 900),
    }  # fmt: skip


def _list(src, dst, core, delay_us):
    outward = src.startswith("hub")
    link = [f"{src}~{core}", f"{core}~{dst}"] if outward else [f"{core}~{src}", f"{dst}~{core}"]
    return {
        "nodes": [src, core, dst], "links": link, "guaranteed_ms": delay_us / 1000,
        "sids": [f"5f00:0:{abs(hash_of(core)):x}::", f"5f00:0:{abs(hash_of(dst)):x}::"],
        "sid_names": [f"End {core}", f"End.DT6 {dst}"],
    }  # fmt: skip


def hash_of(name):
    """A small number of a name, the same in every process."""
    return sum(place * ord(one) for place, one in enumerate(name, 1)) % 65536


def summary_document(plan):
    """A measurement of every pair of such a plan that has a list."""
    draw = random.Random(2)
    there = plan["pairs"][0::2]
    back = {(one["src"], one["dst"]): one for one in plan["pairs"][1::2]}
    pairs = [_said(one, back[one["dst"], one["src"]], draw) for one in there]
    return {
        "schema": "netkit/summary/1", "basis": "one-way", "topology": plan["topology"],
        "profile": plan["profile"], "run": {"netkit_version": "1", "started": "2026-11-29T01:00:00",
                                            "host": None},
        "lab": {"ran": True, "backend": "wire", "igp": "static", "routers": 30, "links": 60,
                "boot_s": 2.5, "clock": "one clock for all", "skipped_because": None,
                "remedy": None, "not_emulated": []},
        "figures": _figures(pairs), "distribution_percent": list(DISTRIBUTION), "pairs": pairs,
    }  # fmt: skip


def _figures(pairs):
    seen = [one["measured"]["verdict"] for one in pairs if one["measured"] is not None]
    count = {word: seen.count(word) for word in ("pass", "breach", "inconclusive", "unknown")}
    return {
        "pairs": len(pairs), "planned_pass": len(seen), "with_backup": 0, "measured": len(seen),
        "verdict": "inconclusive" if count["inconclusive"] else "pass", "verdicts": count,
        "within_tolerance": {"tolerance_ms": 0.3, "tolerance_share": 0.03, "pairs": len(seen),
                             "share": 1.0},
        "stamp_error_p50_ms": 0.041,
        "probes": {"sent": 200 * len(seen), "lost": 0, "traced": 200 * len(seen),
                   "certified": 200 * len(seen), "certified_share": 1.0},
    }  # fmt: skip


def _said(one, back, draw):
    measured = None
    if one["guaranteed_ms"] is not None:
        ways = {name: _measured(one["guaranteed_ms"], draw) for name in ("forward", "backward")}
        late = max(way["judged_most_ms"] for way in ways.values()) > one["bound_ms"]
        measured = {**ways, "uncertainty_ms": 0.04, "attempts": 1 + late, "path_proven": True,
                    "verdict": "inconclusive" if late else "pass"}  # fmt: skip
    ends = {key: one[key] for key in ("src", "dst", "tier", "bound_ms", "floor_ms")}
    return {**ends, **_policy(one), "reverse": _policy(back), "measured": measured}


def _policy(one):
    backup = one["backup"]
    return {
        "plan_verdict": one["verdict"], "planned_owd_ms": one["guaranteed_ms"],
        "planned_best_ms": None if one["certificate"] is None else one["certificate"]["best_ms"],
        "segment_list": one["sids"], "segment_names": one["sid_names"],
        "backup": None if backup is None else {
            "planned_owd_ms": backup["guaranteed_ms"], "segment_list": backup["sids"],
            "segment_names": backup["sid_names"]},
        "backup_reason": None, "reason": one["reason"],
    }  # fmt: skip


def _measured(planned_ms, draw):
    p50 = planned_ms + draw.uniform(0.01, 0.05)
    spread = sorted(max(0.0, draw.gauss(0.04, 0.02)) for _ in DISTRIBUTION)
    ledger = {
        "planned_ms": planned_ms, "certified_ms": planned_ms, "true_ms": planned_ms,
        "measured_ms": round(p50, 3), "clock_uncertainty_ms": 0.0, "probes": 100, "stalled": 0,
        "contradictions": [], "inconclusive": [], "certain": None,
    }  # fmt: skip
    return {
        "distribution_ms": [round(planned_ms + late, 3) for late in spread],
        "branch_ms": planned_ms, "truth_p50_ms": planned_ms, "stamp_error_p50_ms": 0.041,
        "ledger": ledger,
        "sent": 100, "lost": draw.choice((0, 0, 0, 1)), "min_ms": round(planned_ms, 3),
        "p50_ms": round(p50, 3), "p99_ms": round(p50 + 0.1, 3),
        "judged_least_ms": round(p50 + 0.05, 3), "judged_most_ms": round(p50 + 0.12, 3),
    }  # fmt: skip


def survival_document(plan):
    """What a cut of each hub's first link does to the pairs over it."""
    pairs = []
    for one in plan["pairs"]:
        effects = []
        if one["links"]:
            worst = one["backup"]["guaranteed_ms"]
            verdict = "pass" if worst <= one["bound_ms"] else "breach"
            effects = [{"kind": "link", "name": one["links"][0], **{
                phase: {"verdict": verdict, "worst_ms": worst, "sids": 2, "carrier": "backup"}
                for phase in PHASES}}]  # fmt: skip
        ends = {key: one[key] for key in ("src", "dst", "bound_ms")}
        pairs.append({**ends, "effects": effects})
    return {"schema": "netkit/survival/1", "topology": plan["topology"], "profile": "2023",
            "offenders": [], "pairs": pairs}  # fmt: skip


def history_document(plan, hours=72):
    """Hours of one pair, both ways: a slow rise, a burst of loss, an hour without a window."""
    there, back = plan["pairs"][0], plan["pairs"][1]
    rows = [_hour(hour, one) for one in (there, back) for hour in range(hours) if hour != 20]
    return {"schema": "netkit/history/1", "since": rows[0]["since"], "until": rows[-1]["until"],
            "by": "hour", "rows": rows}  # fmt: skip


def _hour(hour, one):
    base = round(one["guaranteed_ms"] * 1e6) + 20_000 * hour
    figures = {"min": 0, "p50": 60_000, "p95": 160_000, "p99": 300_000, "p99_9": 500_000,
               "max": 900_000}  # fmt: skip
    lost = 40 if 30 <= hour < 34 else 0
    return {
        "since": _hour_text(hour), "until": _hour_text(hour + 1),
        "campaign": "national", "src": one["src"], "dst": one["dst"], "flow": "1", "sent": 3600,
        "received": 3600 - lost, "lost": lost, "verdict": "pass",
        **{f"owd_{name}_ns": base + extra for name, extra in figures.items()},
    }  # fmt: skip


def _hour_text(hour):
    return f"2026-11-{1 + hour // 24:02}T{hour % 24:02}:00:00Z"
