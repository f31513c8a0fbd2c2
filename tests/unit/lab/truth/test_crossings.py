"""A record where a probe entered a link and one where it left are one traversal."""

from netkit.lab.truth.crossings import GONE_AFTER_NS, Seen, Traversal, pair_crossings
from netkit.lab.truth.probe_key import LEFT, LOST


def entry(end, arrival, due=0, flags=0):
    return Seen(end, flags, arrival, due, 0)


def exit_(end, release, flags=0):
    return Seen(end, LEFT | flags, 0, 0, release)


def paired(*seen, now=None):
    return sorted(pair_crossings(seen, now))


def test_both_ends_of_each_link_belong_together():
    seen = exit_(2, 230), entry(0, 100), exit_(0, 150), entry(2, 160)
    assert paired(*seen) == [Traversal(100, 0, 150), Traversal(160, 2, 230)]


def test_lost_where_it_entered_or_where_a_cut_caught_it():
    assert paired(entry(0, 100, flags=LOST), now=101) == [Traversal(100, 0, None)]
    assert paired(entry(0, 100), exit_(0, 150, LOST), now=151) == [Traversal(100, 0, None)]


def test_on_its_way_until_it_is_long_overdue():
    late = entry(0, 100, due=200)
    assert paired(late, now=200 + GONE_AFTER_NS) == []
    assert paired(late, now=201 + GONE_AFTER_NS) == paired(late) == [Traversal(100, 0, None)]
    left = Traversal(100, 0, 9 * GONE_AFTER_NS, asked_ns=100)
    assert paired(late, exit_(0, 9 * GONE_AFTER_NS)) == [left]


def test_a_loop_crosses_a_link_again_and_again_and_may_end_there():
    seen = entry(0, 100), exit_(0, 150), entry(0, 200), exit_(0, 250), entry(0, 300, flags=LOST)
    assert paired(*seen) == [
        Traversal(100, 0, 150), Traversal(200, 0, 250), Traversal(300, 0, None),
    ]  # fmt: skip
    assert paired(entry(0, 100), entry(0, 200), exit_(0, 250), now=99) == [Traversal(200, 0, 250)]


def test_what_left_twice_where_it_came_once_was_sent_twice():
    assert paired(entry(0, 100), exit_(0, 150), exit_(0, 151), now=152) == [
        Traversal(100, 0, 150), Traversal(100, 0, 151),
    ]  # fmt: skip
    assert paired(exit_(0, 50), entry(0, 100), exit_(0, 150)) == [Traversal(100, 0, 150)]


def test_what_left_before_the_record_began_is_not_told():
    assert paired(exit_(0, 50)) == []
    assert paired(exit_(0, 50), entry(0, 100), now=100) == []
