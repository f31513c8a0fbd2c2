"""All one-way delays of a mesh of sessions, by direction, with what their clocks read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import PRECISE, Sample, Stamp, is_precise
from netkit.model.measurement.sample_row import Row
from netkit.stats.clocks.own_steps import as_if_not_set
from netkit.stats.clocks.stamp_checks import Checked, Stamps, check_stamps
from netkit.stats.delay import Nanoseconds
from netkit.stats.loss import HEARD

_BEFORE_ALL = -1

Way = tuple[str, str]
"""From which site to which."""


@dataclass(frozen=True)
class ClockReadings:
    """One entry a delay: left at ``start_ns`` by one clock, arrived at ``end_ns`` by the other.

    ``since_ns`` is when its probe was sent, after the first probe of the same sender; ``probe``
    says which delays of both directions are of one probe, ``by_first`` whether the site whose name
    comes first has sent it, ``session`` in which session, each of which may have a path of its own:
    numbers of probes begin anew there. Clocks that their own hosts saw being set
    read as if they had not been; ``set_ns`` is by how much each was at most. ``unknown`` probes
    arrived as well, but with stamps that are missing or cannot be believed; ``broken`` says that
    some cannot all be true. ``poor`` ones were stamped by a program where others were by kernel or
    hardware at both ends: they took no longer than they show, and perhaps less, as programs only
    add; None if there are none.
    """

    start_ns: Nanoseconds
    end_ns: Nanoseconds
    since_ns: Nanoseconds
    probe: Nanoseconds | None = None
    by_first: NDArray[np.bool_] | None = None
    session: Nanoseconds | None = None
    set_ns: Mapping[str, int] = field(default_factory=dict)
    unknown: int = 0
    broken: bool = False
    poor: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return int(self.start_ns.size)

    def without(self, places: Nanoseconds) -> ClockReadings:
        """The same, but for some passages that are not believed."""
        kept = np.ones(len(self), np.bool_)
        kept[places] = False
        return replace(
            self,
            start_ns=self.start_ns[kept],
            end_ns=self.end_ns[kept],
            since_ns=self.since_ns[kept],
            probe=None if self.probe is None else self.probe[kept],
            by_first=None if self.by_first is None else self.by_first[kept],
            session=None if self.session is None else self.session[kept],
            poor=None if self.poor is None else self.poor[kept],
            unknown=self.unknown + int((~kept).sum()),
        )

    @property
    def delays_ns(self) -> Nanoseconds:
        """What the two clocks together make of each passage."""
        return self.end_ns - self.start_ns

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Those that are in the figures, and say what clocks did."""
        return np.ones(len(self), np.bool_) if self.poor is None else ~self.poor


@dataclass(frozen=True, slots=True)
class _Passage:
    start: Stamp
    end: Stamp
    sender: str
    sent_ns: int
    probe: int
    session: int = 0


def passages_of(rows: Iterable[Row]) -> dict[Way, ClockReadings]:
    """All delays by direction, whichever end sent the probes, in order of the directions' names.

    A probe from a to b gives a delay from a to b and one from b to a, also if it came back after
    its timeout: its stamps say as much. Of a probe whose stamps cannot all be true nothing is
    known. Steps that a site's senders saw of its clock are
    taken out of its reflector's stamps as well.
    """
    rows, unsure = as_if_not_set(rows)
    found: dict[Way, list[_Passage]] = {}
    set_ns: dict[str, int] = {}
    broken: set[Way] = set()
    unknown: Counter[Way] = Counter()
    numbers, sessions = count(), count()
    for (src, dst), every in _sessions(rows).items():
        both = ((src, dst), (dst, src))
        checked = check_stamps(Stamps.of(every))
        set_ns[src] = max(set_ns.get(src, 0), *(abs(one.clock_set_ns) for one in every))
        impossible = _excess_ns(every, checked) > 0
        broken.update(both if impossible or not unsure.isdisjoint((src, dst)) else ())
        session, last = 0, _BEFORE_ALL
        for sample, good in zip(every, checked.believed.tolist(), strict=True):
            if sample.sequence <= last or last == _BEFORE_ALL:
                session = next(sessions)
            last = sample.sequence
            which = next(numbers), session
            passages = dict(_passages(src, dst, sample, *which)) if good else {}
            for way, passage in passages.items():
                found.setdefault(way, []).append(passage)
            unknown.update(way for way in both if way not in passages)
    first_ns = _first_ns(found)
    return {
        way: replace(
            _readings(way, passages, first_ns, set_ns), unknown=unknown[way], broken=way in broken
        )
        for way, passages in sorted(found.items())
    }


def silent_ways(rows: Iterable[Row], passages: Collection[Way]) -> tuple[Way, ...]:
    """The directions between sites that measured each other of which no delay is known: nothing
    came back, or no stamp of it can be true."""
    asked = {way for src, dst, _ in rows for way in ((src, dst), (dst, src))}
    return tuple(sorted(asked.difference(passages)))


def _sessions(rows: Iterable[Row]) -> dict[Way, list[Sample]]:
    """The samples that came back, by source and destination, in their order."""
    found: dict[Way, list[Sample]] = {}
    for src, dst, sample in rows:
        if sample.outcome in HEARD and sample.t1 is not None:
            found.setdefault((src, dst), []).append(sample)
    return found


def _excess_ns(samples: list[Sample], checked: Checked) -> int:
    """How far stamps cannot all be true. Where those of some probes are all kernel's or hardware's,
    programs' are in no figure, and say nothing of clocks."""
    precise = [_all_precise(sample) for sample in samples]
    if not any(precise) or all(precise) or not checked.excess_ns:
        return checked.excess_ns
    left = [
        sample if exact else _stripped(sample)
        for sample, exact, good in zip(samples, precise, checked.believed.tolist(), strict=True)
        if not good
    ]
    return check_stamps(Stamps.of(left)).excess_ns


def _stripped(sample: Sample) -> Sample:
    t2, t3, t4 = (
        stamp if stamp is not None and stamp.source in PRECISE else None
        for stamp in (sample.t2, sample.t3, sample.t4)
    )
    return replace(sample, t2=t2, t3=t3, t4=t4)


def _all_precise(sample: Sample) -> bool:
    t1, t2, t3, t4 = sample.t1, sample.t2, sample.t3, sample.t4
    if t1 is None or t2 is None or t3 is None or t4 is None:
        return False
    return is_precise((t1, t2)) and is_precise((t3, t4))


def _first_ns(found: Mapping[Way, Sequence[_Passage]]) -> dict[str, int]:
    """When each sender's first probe left."""
    first_ns: dict[str, int] = {}
    for passages in found.values():
        for one in passages:
            first_ns[one.sender] = min(one.sent_ns, first_ns.get(one.sender, one.sent_ns))
    return first_ns


def _readings(
    way: Way,
    passages: Sequence[_Passage],
    first_ns: Mapping[str, int],
    set_ns: Mapping[str, int],
) -> ClockReadings:
    poor = np.array([not is_precise((one.start, one.end)) for one in passages], dtype=np.bool_)
    return ClockReadings(
        np.array([one.start.time_ns for one in passages], dtype=np.int64),
        np.array([one.end.time_ns for one in passages], dtype=np.int64),
        np.array([one.sent_ns - first_ns[one.sender] for one in passages], dtype=np.int64),
        np.array([one.probe for one in passages], dtype=np.int64),
        np.array([one.sender == min(way) for one in passages], dtype=np.bool_),
        np.array([one.session for one in passages], dtype=np.int64),
        {site: most for site, most in set_ns.items() if most},
        poor=poor if poor.any() and not poor.all() else None,
    )


def _passages(
    src: str, dst: str, sample: Sample, number: int, session: int
) -> Iterator[tuple[Way, _Passage]]:
    """Both ways of one probe, by the sender's clock as if it had not been set."""
    t1, t4 = (
        None if stamp is None else Stamp(stamp.time_ns - sample.clock_set_ns, stamp.source)
        for stamp in (sample.t1, sample.t4)
    )
    if t1 is None:
        return
    if sample.t2 is not None:
        yield (src, dst), _Passage(t1, sample.t2, src, t1.time_ns, number, session)
    if sample.t3 is not None and t4 is not None:
        yield (dst, src), _Passage(sample.t3, t4, src, t1.time_ns, number, session)
