"""The models of the IETF: goldens, limits, what is read of a router's answer."""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from goldens import check_golden
from vendor_states import vendor_state

from netkit.emit.ietf.dialect import DIALECT
from netkit.emit.ietf.words import behavior_of, identity_of
from netkit.errors import InputError
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    EndpointBehavior,
    Flavor,
    LocalSid,
    RouterState,
    SegmentState,
    StampReflector,
)

CASES = ("weighted", "backup", "binding", "flex")


@pytest.mark.parametrize(("name", "usid"), [("classic", False), ("usid", True)])
def test_golden(name, usid):
    state = vendor_state(usid=usid, cases=CASES)
    assert DIALECT.exceeded(state, None) == ()
    for suffix, text in DIALECT.render(DIALECT.carried(state)).items():
        check_golden(f"emit/ietf/{name}{suffix}", text)


def test_either_file_says_all_and_two_that_differ_are_refused():
    carried = DIALECT.carried(vendor_state(cases=CASES))
    files = DIALECT.render(carried)
    assert set(files) == set(DIALECT.suffixes) == {".xml", ".json"}
    for suffix in files:
        parsed = DIALECT.parse({suffix: files[suffix]}, "lanzhou")
        assert (parsed.state, parsed.foreign) == (carried.state, ())
    other = files[".json"].replace('"weight": 3', '"weight": 4')
    with pytest.raises(InputError, match="the two files of a router do not say the same"):
        DIALECT.parse({**files, ".json": other}, "lanzhou")


def test_json_has_what_is_foreign_with_its_line_and_looks_through_an_envelope():
    text = DIALECT.render(DIALECT.carried(vendor_state()))[".json"]
    more = text.replace(
        '{\n  "ietf-routing', '{\n  "ietf-x:mine": [{"a": null}],\n  "ietf-routing', 1
    )
    parsed = DIALECT.parse({".json": more}, "lanzhou")
    assert [(one.line, one.text) for one in parsed.foreign] == [(2, "mine")]
    around = '{"ietf-restconf:data": ' + text + "}"
    assert DIALECT.parse({".json": around}, "lanzhou").state == parsed.state


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ('"length": 48', '"length": x', 17, "a value"),
        ('"length": 48', '"length": 48, "length": 48', 17, "length once"),
        ('"length": 48\n', '"length": 48,\n', 18, "a string"),
        ("\n}\n", "\n} {}\n", None, "nothing behind the object"),
        ("{", "[" * 80 + "{", 1, "{"),
        ('"length": 48', '"length": ' + '{"a":' * 80, 17, "at most 60 objects inside each other"),
    ],
)
def test_json_that_is_none_is_refused_with_its_line(old, new, line, expected):
    text = DIALECT.render(DIALECT.carried(vendor_state()))[".json"]
    assert old in text
    with pytest.raises(InputError) as caught:
        DIALECT.parse({".json": text.replace(old, new, 1)}, "lanzhou")
    (problem,) = caught.value.problems
    assert problem.expected == expected
    assert line is None or problem.line == line


def test_segments_come_back_in_order_of_travel_whatever_order_they_stand_in():
    state = vendor_state(usid=False)
    text = DIALECT.render(DIALECT.carried(state))[".xml"]
    begin, end = text.index("       <segments>\n") + 18, text.index("       </segments>")
    entries = text[begin:end].split("        </segment>\n")[:-1]
    turned = "".join(f"{one}        </segment>\n" for one in reversed(entries))
    parsed = DIALECT.parse({".xml": text[:begin] + turned + text[end:]}, "lanzhou")
    (policy,) = parsed.state.policies
    assert [str(one.sid) for one in policy.candidate_paths[0].lists[0].segments] == [
        "5f00:0:1:e001::", "5f00:0:2::", "5f00:0:9:d046::"
    ]  # fmt: skip


@pytest.mark.parametrize("behavior", EndpointBehavior)
@pytest.mark.parametrize("flavors", [
    (), ("PSP",), ("USP", "USD"), ("NEXT-CSID",), ("NEXT-CSID", "PSP", "USP", "USD"),
])  # fmt: skip
def test_identities_say_behaviours_and_flavors_and_nothing_else(behavior, flavors):
    own = frozenset(map(Flavor, flavors))
    identity = identity_of(behavior, own)
    if identity is not None:
        assert behavior_of(identity) == (behavior, own)
    assert behavior_of("t:End_PSP_NEXT") is None
    assert behavior_of("t:End.DT6_PSP") is None


def test_what_is_left_out_says_why():
    left = {one.what: one.why for one in DIALECT.carried(vendor_state(cases=CASES)).left_out}
    assert "number of a table" in left["SID 5f00:0:7:d046::/64, End.DT6"]
    assert "no neighbour" in left["SID 5f00:0:7:e000::/64, End.X"]
    assert {"prefixes into policies", "edge filter", "customer ports"} <= left.keys()
    assert "headend" in str(DIALECT.carried(replace(vendor_state(), source=None)).left_out)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"algorithm": 12}, "algorithm 12; 0 or 128 to 255 fits"),
        ({"structure": SidStructure(40, 8, 16)}, "parts of uSIDs 40/8/16/0"),
        ({"prefix": IPv6Network("5f00::/12")}, "prefix length 12; 16 to 96 fits"),
    ],
)
def test_locators_out_of_the_ranges_of_the_types_are_refused(changed, said):
    state = vendor_state()
    locators = tuple(replace(one, **changed) for one in state.locators)
    found = [str(one) for one in DIALECT.exceeded(replace(state, locators=locators), None)]
    assert [one for one in found if said in one], found


def test_preferences_colors_and_ports_out_of_range_are_refused():
    state = vendor_state()
    (policy,) = state.policies
    (path,) = policy.candidate_paths
    low = replace(policy, color=0, candidate_paths=(replace(path, preference=0),))
    odd = StampReflector(IPv6Address("5f00:0:7::1"), 863)
    found = DIALECT.exceeded(replace(state, policies=(low,), reflectors=(odd,)), None)
    assert [one.what for one in found] == ["color", "preference", "port"]


@pytest.mark.parametrize("name", ["<!--", "a & b", "上海", "x" * 200, "a\x00b", ""])
def test_hostile_names_are_made_plain_and_stay_apart(name):
    state = vendor_state()
    (policy,) = state.policies
    path = replace(policy.candidate_paths[0], name=name)
    policies = tuple(
        replace(policy, name=f"{name}{end}", color=color, candidate_paths=(path,))
        for color, end in enumerate(("", "-1", "&1"), start=1)
    )
    carried = DIALECT.carried(replace(state, router=f"r--{name}", policies=policies))
    names = {one.name for one in carried.state.policies}
    assert len(names) == 3
    assert all(one.isascii() and 0 < len(one) <= 59 for one in names)
    text = DIALECT.render(carried)[".xml"]
    assert DIALECT.parse({".xml": text}, carried.state.router).state == carried.state


def test_lengths_that_the_flexible_format_cannot_say_are_left_out():
    state = vendor_state(usid=False)
    odd = replace(state.locators[0], structure=SidStructure(40, 8, 20))
    carried = DIALECT.carried(replace(state, locators=(odd,), sids=()))
    assert carried.state.locators[0].structure == SidStructure(32, 16, 16)
    assert any("lengths of the parts of locator algo0" in one.what for one in carried.left_out)


def test_a_behaviour_that_the_models_have_not_is_not_said_of_a_segment():
    sid = IPv6Address("5f00:0:9:d046::")
    odd = SegmentState(sid, EndpointBehavior.END_DT6, frozenset({Flavor.PSP}))
    state = vendor_state(usid=False)
    (policy,) = state.policies
    (path,) = policy.candidate_paths
    lists = (replace(path.lists[0], segments=(odd,)),)
    policy = replace(policy, candidate_paths=(replace(path, lists=lists),))
    carried = DIALECT.carried(replace(state, policies=(policy,)))
    (only,) = carried.state.policies[0].candidate_paths[0].lists[0].segments
    assert only == SegmentState(sid)


ANSWER = """\
<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><data>
<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"/>
<routing xmlns="urn:ietf:params:xml:ns:yang:ietf-routing">
 <router-id>192.0.2.1</router-id>
 <segment-routing xmlns="urn:ietf:params:xml:ns:yang:ietf-segment-routing">
  <srv6 xmlns="urn:ietf:params:xml:ns:yang:ietf-srv6-base"><enable>true</enable>
   <locators><locator><name>MAIN</name><enable>true</enable>
    <format xmlns:t="urn:ietf:params:xml:ns:yang:ietf-srv6-types">t:srv6-sid-fmt-uc-1</format>
    <prefix><address>fcbb:bb00:1:2::</address><length>64</length></prefix>
    <node-sid-auto-allocation>
     <behavior xmlns:t="urn:ietf:params:xml:ns:yang:ietf-srv6-types">t:End_PSP</behavior>
    </node-sid-auto-allocation>
    <static xmlns="urn:ietf:params:xml:ns:yang:ietf-srv6-static"><sids>
     <sid><function>16</function>
      <end-behavior-type xmlns:t="urn:ietf:params:xml:ns:yang:ietf-srv6-types">
       t:End.X_PSP_USD</end-behavior-type>
      <end-x_psp_usd><paths><path><path-index>1</path-index><next-hop>fd00::2</next-hop>
       <weight>3</weight></path></paths></end-x_psp_usd></sid>
     <sid><function>17</function>
      <end-behavior-type xmlns:t="urn:ietf:params:xml:ns:yang:ietf-srv6-types"
       >t:End.DT4</end-behavior-type>
      <end-dt4><lookup-table-ipv4>7</lookup-table-ipv4></end-dt4></sid>
    </sids></static></locator></locators></srv6>
 </segment-routing>
 <segment-routing xmlns="urn:ietf:params:xml:ns:yang:ietf-sr-policy"><traffic-engineering>
  <attributes><segment-lists><segment-list><name>nobody's</name></segment-list>
  </segment-lists></attributes>
 </traffic-engineering></segment-routing>
</routing></data></rpc-reply>
"""


def test_a_routers_answer_is_read_and_the_rest_kept_with_its_lines():
    parsed = DIALECT.parse({".xml": ANSWER}, "r1")
    (locator,) = parsed.state.locators
    assert locator.structure == SidStructure(40, 24, 16)
    assert parsed.state.sids == (
        LocalSid(
            IPv6Network("fcbb:bb00:1:2:10::/80"), EndpointBehavior.END_X,
            frozenset({Flavor.PSP, Flavor.USD}), None, IPv6Address("fd00::2"),
        ),
    )  # fmt: skip
    assert [(one.line, one.text.split()[0]) for one in parsed.foreign] == [
        (2, "interfaces"), (4, "router-id"), (11, "behavior"), (18, "weight"), (19, "sid"),
        (26, "segment-list"),
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["<enable>false</enable>", ""])
def test_what_is_not_enabled_is_not_in_force_and_foreign(said):
    """By the models ``enable`` is false where it is not said."""
    text = DIALECT.render(DIALECT.carried(vendor_state(cases=CASES)))[".xml"]
    whole = DIALECT.parse({".xml": text}, "lanzhou").state
    # The first is SRv6 as a whole, those behind it are of locators.
    for count, locators in ((1, 0), (text.count("<enable>true</enable>"), 0)):
        parsed = DIALECT.parse({".xml": text.replace("<enable>true</enable>", said, count)}, "x")
        assert (len(parsed.state.locators), parsed.state.source) == (locators, None)
        assert any(one.text == "srv6" for one in parsed.foreign)
        assert parsed.state.policies == whole.policies
    head, _, rest = text.partition("<enable>true</enable>")
    off = f"{head}<enable>true</enable>{rest.replace('<enable>true</enable>', said)}"
    parsed = DIALECT.parse({".xml": off}, "lanzhou")
    assert (parsed.state.locators, parsed.state.source) == ((), whole.source)
    assert any(one.text == "locator" for one in parsed.foreign)


def test_a_reflector_that_is_switched_off_is_not_in_force():
    text = DIALECT.render(DIALECT.carried(vendor_state(cases=CASES)))[".xml"]
    assert DIALECT.parse({".xml": text}, "lanzhou").state.reflectors
    on, off = (f"<reflector-enable>{one}</reflector-enable>" for one in ("true", "false"))
    assert DIALECT.parse({".xml": text.replace(on, off)}, "lanzhou").state.reflectors == ()


@pytest.mark.parametrize(
    ("leaf", "broken", "said"),
    [
        ("<address>5f00:0:7::<", "<address>here<", "no IPv6 address"),
        ("<length>48<", "<length>x<", "no number"),
        ("srv6-sid-fmt-cnext-3216", "other", "a format that netkit knows"),
        ("<color>20000<", "<color><", "no number"),
        ("<preference>400<", "<preference>much<", "no number"),
        ("<name-ref>to-kunming-20000us-300<", "<name-ref>nowhere<", "list that is not there"),
        ("segment-type-B", "segment-type-A", "no SRv6 SID"),
        ("5f00:0:7:b000::/128", "5f00:0:7::/48", "shorter than an address"),
        ("<reflector-ip>5f00", "<reflector-ip>zzzz", "no IPv6 address"),
    ],
)
def test_a_value_that_is_not_understood_is_named_with_its_line(leaf, broken, said):
    text = DIALECT.render(DIALECT.carried(vendor_state(cases=CASES)))[".xml"]
    assert leaf in text
    with pytest.raises(InputError) as caught:
        DIALECT.parse({".xml": text.replace(leaf, broken, 1)}, "lanzhou")
    assert any(said in str(one) and one.line for one in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not well-formed XML"),
        ('{"SRV6_MY_LOCATORS": {}}', "It looks like sonic"),
        ('<config><srv6 xmlns="urn:huawei:yang:huawei-srv6"/></config>', "It looks like huawei"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><config/>", "a document type"),
    ],
)
def test_what_is_not_of_the_models_is_refused(text, said):
    with pytest.raises(InputError) as caught:
        DIALECT.parse({".xml": text}, "r1")
    assert said in str(caught.value)


def test_nothing_gives_nothing():
    carried = DIALECT.carried(RouterState("r1"))
    files = DIALECT.render(carried)
    assert carried.left_out == ()
    assert DIALECT.parse(files, "r1").state == RouterState("r1")


def test_hundreds_of_policies_come_back():
    state = vendor_state()
    (policy,) = state.policies
    many = tuple(replace(policy, name=f"p{color}", color=color) for color in range(1, 901))
    carried = DIALECT.carried(replace(state, policies=many))
    assert len(carried.state.policies) == 900
    assert DIALECT.parse(DIALECT.render(carried), "lanzhou").state == carried.state
