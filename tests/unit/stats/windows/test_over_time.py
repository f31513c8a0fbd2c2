"""What windows tell of a time besides delays: paths that changed, clocks that were set, bounds."""

from netkit.model.measurement.session_state import SessionState
from netkit.model.measurement.window import PathInForce, WindowKey
from netkit.stats.windows.over_time import clock_steps, newest_bounds, path_changes

ONE, TWO, NONE = PathInForce("p", "one"), PathInForce("p", "two"), PathInForce()


def state(start, path=ONE, *, src="a", dst="b", bound=None, steps=(0, 0), observer=None):
    key = WindowKey("c", observer or src, src, dst, "f", start, 10)
    return SessionState(key, path, bound, *steps)


def test_a_change_lies_between_what_is_known_before_and_after_it():
    (found,) = path_changes([state(30, TWO), state(0), state(10), state(20, NONE)])
    assert (found.since_ns, found.until_ns, found.before, found.after) == (20, 30, ONE, TWO)


def test_a_path_that_comes_back_was_not_seen_to_change():
    assert not list(path_changes([state(0), state(10, NONE), state(20)]))


def test_sessions_of_both_ways_have_paths_of_their_own():
    assert not list(path_changes([state(0), state(0, TWO, src="b", dst="a")]))


def test_a_clock_is_told_once_however_many_saw_it():
    seen = [state(0, steps=(1, 0)), state(0, steps=(2, 0), dst="x"), state(10, steps=(0, 1))]
    assert [(one.site, one.since_ns, one.until_ns, one.times) for one in clock_steps(seen)] == [
        ("a", 0, 10, 2), ("b", 10, 20, 1),
    ]  # fmt: skip


def test_the_newest_bound_holds_for_both_ways():
    seen = [state(10, bound=2, src="b", dst="a"), state(0, bound=1), state(20)]
    assert newest_bounds(seen) == {("c", "a", "b", "f"): 2}
