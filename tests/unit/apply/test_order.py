"""The order of changes is such that packets find what the step before relies on."""

from netkit.apply.changes import changes
from netkit.apply.objects import Rule


def test_rules_go_in_the_reverse_of_the_order_in_which_they_were_made():
    """Those that lead packets into a pair go before that of its far end, where they come out: the
    other way round packets in between would find no policy."""
    rules = (
        Rule("cust0", 99, 99), Rule("lo", 99, 99), Rule("nkpass1", 100, 100),
        Rule("cust0", 100, 100), Rule("lo", 100, 101),
    )  # fmt: skip
    made = [one.after for one in changes((), rules)]
    gone = [one.before for one in changes(rules, ())]
    assert gone == made[::-1]
    out = Rule("nkpass1", 100, 100)
    into = [Rule("cust0", 99, 99), Rule("lo", 99, 99)]
    assert all(made.index(out) < made.index(one) for one in into)
    assert all(gone.index(out) > gone.index(one) for one in into)
