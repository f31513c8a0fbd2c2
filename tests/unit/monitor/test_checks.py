import re
from dataclasses import replace

import pytest
from measured_windows import BEGIN_NS, MINUTE_NS, direction, window

from netkit.errors import ExitCode
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DirectionWindow
from netkit.model.verdict import Verdict
from netkit.monitor.checks import CheckOptions, check
from netkit.report.documents.monitoring.check import check_to_json
from netkit.report.terminal.monitoring.plugin import failed_line, plugin_line
from netkit.stats.windows.newest import Fresh

SOON_NS = BEGIN_NS + 90_000_000_000


def line(*windows, now_ns=SOON_NS, asked="beijing to shanghai", **options):
    found = check(windows, CheckOptions(**options), now_ns)
    return found.code, plugin_line(asked, found)


def test_a_pair_inside_its_tier():
    code, text = line(window())
    assert code is ExitCode.OK
    assert text == (
        "NETKIT OK: beijing to shanghai: 2 of 2 directions pass; least margin shanghai to beijing "
        "(hubs/main): pass, p99 9.300 ms ± 0.050 ms, bound 20 ms | "
        "'forward p99'=0.009100000s;0.018;0.02;0; 'forward uncertainty'=0.000050000s;;;0; "
        "'forward loss'=0.0000%;1;;0;100 'forward age'=30s;;360;; "
        "'backward p99'=0.009300000s;0.018;0.02;0; 'backward uncertainty'=0.000050000s;;;0; "
        "'backward loss'=0.0000%;1;;0;100 'backward age'=30s;;360;; "
        "pass=2;;;0;2 breach=0;;;0;2 inconclusive=0;;;0;2 unknown=0;;;0;2"
    )


@pytest.mark.parametrize(
    ("verdict", "code", "status"),
    [
        (Verdict.BREACH, ExitCode.BREACH, "CRITICAL"),
        (Verdict.INCONCLUSIVE, ExitCode.UNKNOWN, "UNKNOWN"),
        (Verdict.UNKNOWN, ExitCode.UNKNOWN, "UNKNOWN"),
    ],
)
def test_the_verdict_of_the_window_is_the_status(verdict, code, status):
    got, text = line(window(verdict=verdict))
    assert got is code
    assert text.startswith(f"NETKIT {status}: ")


def test_a_small_margin_is_a_warning():
    near = window(forward_us=[18_500] * 2)
    assert line(near)[0] is ExitCode.DEGRADED
    assert line(near, warn_margin_percent=5)[0] is ExitCode.OK


def test_a_peer_that_is_dark_is_said_to_have_had_no_answer():
    """Nobody knows which way its probes were lost, so neither direction knows a loss."""
    whole = window()
    unknown = replace(whole.forward, received=None, lost=None, delay=None, verdict=Verdict.UNKNOWN)
    dark = replace(
        whole, outcomes={Outcome.LOST: 15, Outcome.REFUSED: 45, Outcome.NOT_SENT: 9},
        forward=unknown, backward=replace(unknown, sent=None),
    )  # fmt: skip
    code, text = line(dark)
    assert code is ExitCode.UNKNOWN
    assert "unknown, no delay known ± 0.050 ms, bound 20 ms, 100.00% without an answer" in text
    assert "'forward unanswered'=100.0000%;;;0;100" in text
    assert "unanswered" not in line(window())[1]
    assert line(replace(dark, outcomes={Outcome.NOT_SENT: 9}))[1].count("unanswered") == 0


def test_why_nothing_was_sent_is_told_and_nothing_of_clocks():
    nothing = DirectionWindow(0, 0, 0)
    one = replace(
        window("a", "b", 0), outcomes={Outcome.NOT_SENT: 5}, forward=nothing, backward=nothing,
        notes={"rounds skipped before": 1, "not sent: b.example cannot be resolved": 5},
    )  # fmt: skip
    found = check([one], CheckOptions(), BEGIN_NS + MINUTE_NS)
    line = plugin_line("a to b", found)
    assert ": unknown, not sent: b.example cannot be resolved |" in line
    assert found.code is ExitCode.UNKNOWN


def test_loss_is_a_warning_and_is_named():
    code, text = line(window(forward_us=[9_000] * 49, lost=1))
    assert code is ExitCode.DEGRADED
    assert "beijing to shanghai (hubs/main): pass" in text
    assert "2.00% lost" in text
    assert line(window(forward_us=[9_000] * 99, lost=1))[0] is ExitCode.OK


def test_losses_that_nobody_knows_the_way_of_are_a_warning_too():
    """As of a reflector that does not count: more than both directions together may lose."""
    whole = window(forward_us=[9_000] * 70)

    def hidden(lost: int):
        return line(replace(
            whole, outcomes={Outcome.RECEIVED: 100 - lost, Outcome.LOST: lost},
            forward=replace(whole.forward, sent=100, received=None, lost=None),
            backward=replace(whole.backward, sent=None, lost=None),
        ))  # fmt: skip

    code, text = hidden(30)
    assert code is ExitCode.DEGRADED
    assert "30.00% without an answer" in text.partition(" | ")[0]
    assert [hidden(lost)[0] for lost in (1, 2)] == [ExitCode.OK, ExitCode.DEGRADED]


@pytest.mark.parametrize(
    ("now_ns", "words"),
    [
        (BEGIN_NS + 8 * MINUTE_NS, "420 s old, 360 s allowed"),
        (BEGIN_NS - MINUTE_NS, "of a time that has not come yet"),
    ],
)
def test_stale_windows_are_unknown_whatever_they_said(now_ns, words):
    code, text = line(window(), now_ns=now_ns)
    assert code is ExitCode.UNKNOWN
    assert words in text


@pytest.mark.parametrize(
    ("after_ns", "age_s"),
    [(-1, -60), (0, 0), (MINUTE_NS - 1, 0), (MINUTE_NS, 0), (MINUTE_NS + 10**9, 1)],
)
def test_a_window_that_still_runs_is_not_of_a_time_to_come(after_ns, age_s):
    found = check([window()], CheckOptions(), BEGIN_NS + after_ns)
    (first, _) = check_to_json("hubs", found)["directions"]
    assert (first["age_s"], first["stale"]) == (age_s, age_s < 0)
    assert f"'forward age'={age_s}s" in plugin_line("hubs", found)


def test_one_stale_pair_of_a_campaign_is_unknown_but_hides_no_breach():
    old, good = window(minute=-30), window("xian", "wuhan")
    assert line(old, good)[0] is ExitCode.UNKNOWN
    bad = window("xian", "lanzhou", verdict=Verdict.BREACH)
    code, text = line(old, good, bad)
    assert code is ExitCode.BREACH
    assert "lanzhou" in text.partition(" | ")[0]


def test_nothing_stored_is_unknown():
    assert line(asked="nowhere") == (
        ExitCode.UNKNOWN,
        "NETKIT UNKNOWN: nowhere: nothing is stored | "
        "pass=0;;;0;0 breach=0;;;0;0 inconclusive=0;;;0;0 unknown=0;;;0;0",
    )


def test_the_sender_is_believed_before_the_reflector():
    other = window(observer="shanghai", verdict=Verdict.BREACH)
    for windows in ([other, window()], [window(), other]):
        assert line(*windows)[0] is ExitCode.OK


def test_a_reflector_alone_speaks_for_its_direction():
    one = window(observer="shanghai")
    blind = replace(one, backward=replace(direction([], Verdict.UNKNOWN), delay=None))
    code, text = line(blind)
    assert code is ExitCode.OK
    assert "1 of 1 direction pass" in text


def test_a_large_campaign_has_the_figures_of_the_whole():
    _, text = line(*(window(f"site{one}") for one in range(9)), asked="hubs")
    assert text.partition(" | ")[2] == (
        "pass=18;;;0;18 breach=0;;;0;18 inconclusive=0;;;0;18 unknown=0;;;0;18"
    )


def test_names_break_neither_the_line_nor_the_data():
    _, text = line(window("a|b\n'=c"), window("x"))
    assert "\n" not in text
    assert text.count("|") == 1
    assert re.fullmatch(r"((?:'[^'=|]+'|\w+)=\S+ ?)+", text.partition(" | ")[2])


def test_a_failure_is_one_line():
    assert failed_line("a\nb | c") == "NETKIT UNKNOWN: a\\nb / c"


def test_the_document_has_what_is_known():
    found = check([window()], CheckOptions(), SOON_NS)
    document = check_to_json("hubs", found)
    assert (document["verdict"], document["exit_code"]) == ("pass", 0)
    first = document["directions"][0]
    assert (first["p99_ms"], first["bound_ms"], first["margin_ms"]) == (9.1, 20.0, 10.9)


def test_two_campaigns_with_the_same_flow_have_labels_of_their_own():
    """A monitoring system keeps one series for each label."""
    one = window()
    _, text = line(one, replace(one, key=replace(one.key, campaign="hourly")))
    labels = re.findall(r"'([^']*)'=", text.partition(" | ")[2])
    assert len(labels) == len(set(labels)) == 16
    assert "beijing~shanghai/hourly/main forward p99" in labels


DAY_MINUTES = 24 * 60


def test_a_flow_that_was_renamed_is_left_out_after_a_day_and_told(tmp_path):
    now_ns = BEGIN_NS + (DAY_MINUTES + 20) * MINUTE_NS
    old, new = window(minute=10), window(minute=DAY_MINUTES + 18, flow="voice")
    code, text = line(old, new, now_ns=now_ns)
    assert code is ExitCode.OK
    assert "2 of 2 directions pass" in text
    assert "; 1 flow not measured any more | " in text
    (left,) = check_to_json("hubs", check([old, new], CheckOptions(), now_ns))["left"]
    assert left == {"campaign": "hubs", "src": "beijing", "dst": "shanghai", "flow": "main"}
    just = window(minute=19)
    assert line(just, new, now_ns=now_ns)[0] is ExitCode.UNKNOWN


def test_a_flow_is_not_taken_for_one_that_has_left_where_its_sender_may_be_down():
    now_ns = BEGIN_NS + (DAY_MINUTES + 20) * MINUTE_NS
    old, newest = window(minute=10), DAY_MINUTES + 18
    others = (
        window("xian", minute=newest),
        window(minute=newest, campaign="other"),
        window("xian", "beijing", minute=newest),
        window(minute=newest - 10, flow="voice"),
        window(minute=newest + 10, flow="voice"),
    )
    for other in others:
        assert line(old, other, now_ns=now_ns)[0] is ExitCode.UNKNOWN
    seen = replace(window(minute=10), key=replace(old.key, observer="shanghai"))
    voice = window(minute=newest, flow="voice", observer="shanghai")
    assert line(seen, voice, now_ns=now_ns)[0] is ExitCode.UNKNOWN


def test_rounds_of_a_day_are_waited_for_as_long_as_asked():
    now_ns = BEGIN_NS + 3 * DAY_MINUTES * MINUTE_NS
    old, new = window(minute=DAY_MINUTES), window(minute=3 * DAY_MINUTES - 5, flow="voice")
    assert line(old, new, now_ns=now_ns, stale_after_ns=50 * 60 * MINUTE_NS)[0] is ExitCode.OK


@pytest.mark.parametrize("age_minutes", [7, 10])
def test_rounds_are_waited_for_as_long_as_the_next_may_take(age_minutes):
    """Of five minutes, with windows of one: the next may be stored nine minutes after the last."""
    one, now_ns = window(), BEGIN_NS + (age_minutes + 1) * MINUTE_NS
    assert Fresh(now_ns).seldom([one]) == [one.key]
    assert check([one], CheckOptions(), now_ns).code is ExitCode.UNKNOWN
    found = check([one], CheckOptions(), now_ns, {one.key: 5 * MINUTE_NS})
    assert found.code is ExitCode.OK
    assert found.directions[0].stale_after_ns == 12 * MINUTE_NS
    asked = check([one], CheckOptions(MINUTE_NS), now_ns, {one.key: 5 * MINUTE_NS})
    assert asked.code is ExitCode.UNKNOWN
    assert not Fresh(now_ns, MINUTE_NS).seldom([one])
